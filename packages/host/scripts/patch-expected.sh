#!/bin/sh
# Allmende: tells when no patch run has reached this host for as many days as are declared. It only tells: it reads, and patches nothing.
# Always this same text, started every day by allmende-patch-expected.timer; its words go to the journal, <3> is an error, <6> for
# information. What varies is declared in /etc/allmende/patch-expected, tab-separated:
#   days NUMBER
# Every run leaves /var/lib/allmende/patch/runs/STACK/KEY/journal with `EPOCH lock begin OWNER` as its first line.
# Argument, for trying it out: a folder to look in instead of /.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
root=${1-} tab='	'
declared=$root/etc/allmende/patch-expected

days=$(sed -n "s/^days$tab\([1-9][0-9]*\)\$/\1/p" "$declared")
[ -n "$days" ] || { echo "<3>$declared does not say after how many days a patch run is overdue"; exit 1; }
now=$(date +%s)

# The newest run that has reached this host, whatever became of it; one in the future is of a clock that was wrong.
set -- "$root"/var/lib/allmende/patch/runs/*/*/journal
[ -e "$1" ] || set -- /dev/null
newest=$(awk -F'\t' -v latest="$((now + 3600))" '
  $2 == "lock" && $3 == "begin" && $1 ~ /^[0-9]+$/ && $1 <= latest && $1 > begun { begun = $1; file = FILENAME }
  END { if (file != "") print begun "\t" file }' "$@")

if [ -n "$newest" ]; then
  since=${newest%%"$tab"*} run=${newest#*"$tab"} run=${run%/journal}
  outcome=$(sed -n "s/^outcome$tab//p" "$run/report" 2>/dev/null | tail -n 1)
  stack=${run%/*} stack=${stack##*/}
  last="the last was ${run##*/} of $stack on $(date -u -d "@$since" +%FT%TZ), outcome: ${outcome:-it did not end}"
else # from when on one could have come
  since=$(stat -c %Y "$declared")
  last="none has since that is expected, $(date -u -d "@$since" +%FT%TZ)"
fi

age=$(((now - since) / 86400))
if [ $((now - since)) -le $((days * 86400)) ]; then
  echo "<6>patch runs reach this host: $last"
  exit 0
fi
echo "<3>no patch run has reached this host for $age days, one is expected every $days: $last. See whether the nightly job still runs, and reaches this host"
exit 1
