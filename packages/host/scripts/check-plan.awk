# Reads a plan; prints what is wrong with it and ends with 1, or is silent. Knows every kind of line and every field.
BEGIN {
  FS = "\t"
  targets = "^/etc/(containers/systemd/users/[0-9]+|sysusers.d|tmpfiles.d|sysctl.d|systemd/journald.conf.d" \
    "|systemd/system/[a-z-]+.target.d|apt/apt.conf.d|needrestart/conf.d|allmende)(/|$)" \
    "|^/etc/systemd/system/allmende-[a-z-]+.(service|timer)$" \
    "|^/var/lib/(allmende/(manifests|secrets|auth)|systemd/linger)/"
}
function bad() { print "line " NR ": " $1 " " $2; wrong = 1; exit }
function is_path(p) { return p ~ /^\/(etc|var\/lib)\/[A-Za-z0-9@._\/-]+$/ && p !~ /\.\.|\/\// && p ~ targets }
function is_access(mode, uid, gid) { return mode ~ /^[0-7]+$/ && uid ~ /^[0-9]+$/ && gid ~ /^[0-9]+$/ }
NR == 1 { if ($0 != "allmende\t1") bad(); next }
ended || $0 == "" { bad() }
$1 == "end" { if ($2 != NR) bad(); ended = 1; next }
$2 !~ /^(host|member\.[a-z][a-z0-9-]*|service\.[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*)$/ { bad() }
$1 == "resource" {
  if (NF != 10 || $3 !~ /^(put|live|remove|purge)$/ || $9 !~ /^([a-z0-9][A-Za-z0-9._:\/@-]*|-)$/) bad()
  for (i = 5; i <= 8; i++) if ($i !~ /^[0-9]+$/) bad()
  if ($10 != "-" && !is_path($10)) bad()
  split($2, part, ".")
  if ($2 != "host" && ($5 < 20000 || $5 > 65000 || $4 != part[2])) bad()
  next
}
$1 == "file" { if (NF != 8 || !is_access($3, $4, $5) || $6 !~ /^[0-9a-f]+$/ || $7 !~ /^(restart|quiet)$/ || !is_path($8)) bad(); next }
$1 == "dir" { if (NF != 6 || !is_access($3, $4, $5) || !is_path($6)) bad(); next }
$1 == "yields" { if (NF != 3 || $2 !~ /^service/ || $3 !~ /^service\.[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*$/) bad(); next }
$1 == "port" { if (NF != 4 || $3 !~ /^(tcp|udp)$/ || $4 !~ /^[0-9]+$/) bad(); next }
$1 ~ /^(package|volume|secret|network)$/ { if (NF != 3 || $3 !~ /^[A-Za-z0-9][A-Za-z0-9+._-]*$/) bad(); next }
{ bad() }
END {
  if (!wrong && !ended) print "the end is missing"
  exit wrong || !ended
}
