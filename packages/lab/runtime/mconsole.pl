#!/usr/bin/perl
# Gives one command to the kernel of a lab host and prints its answer; status 1 when it refuses.
# Usage: mconsole.pl SOCKET COMMAND WORD...   (in the host's network namespace: the answer comes to an abstract socket)
use strict;
use warnings;
use Socket;

my ($path, @words) = @ARGV;
my $command = join ' ', @words;
die "too long\n" if length $command > 511;
socket(my $socket, PF_UNIX, SOCK_DGRAM, 0) or die "socket: $!\n";
bind($socket, pack_sockaddr_un("\0allmende-mconsole-$$")) or die "bind: $!\n";
alarm 20;
# struct mconsole_request: magic, version, length, text.
send($socket, pack('LLLa512', 0xcafebabe, 2, length $command, $command), 0, pack_sockaddr_un($path)) or die "$path: $!\n";
my ($status, $more) = (0, 1);
while ($more) {
    defined recv($socket, my $reply, 4096, 0) or die "recv: $!\n";
    (my $error, $more, my $length) = unpack 'LLL', $reply;
    $status = 1 if $error;
    print substr $reply, 12, $length;
}
print "\n";
exit $status;
