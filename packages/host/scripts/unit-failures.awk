# Which units failed, and what is to be told of them. See unit-failures.sh, which calls it with `mode`:
#   collect  the next state: the last one and the failures that the journal has beyond it
#   mail     the mail that is due now, if any, as lines `header TEXT`, `text TEXT` and `log UNIT` (that unit's log belongs there)
#   sent, unsent   the next state, after that mail was sent or not
# All is tab-separated. The state, times in seconds since 1970, UID 0 being the system's own units:
#   cursor PLACE        up to where the journal was read
#   mailed TIME         the last mail
#   unsent TIMES FIRST LAST        attempts that failed since then
#   told UID UNIT TIME             when a mail had this unit as a reason
#   held UID UNIT TIMES FIRST LAST RESULT     failures that no mail has named yet
BEGIN { most = 30 } # units of one user; the others are counted together, as `*`: whoever invents units fills no mail

part == "state" && $1 == "cursor" { cursor = $2 }
part == "state" && $1 == "mailed" { mailed = $2 <= now ? $2 : 0 } # a time to come is of a clock that was wrong
part == "state" && $1 == "unsent" { tries = $2; since = $3; tried = $4 <= now ? $4 : 0 }
part == "state" && $1 == "told" && $4 <= now { told[$2 "\t" $3] = $4 }
part == "state" && $1 == "held" { hold($2, $3, $4, $5, $6, $7) }
part == "declared" && $1 == "text" { texts[$2] = $3; next }
part == "declared" && $1 == "to" { to = to (to == "" ? "" : ",\nheader\t ") $2 }
part == "declared" { declared[$1] = $2 }
part == "users" { user[$3] = $1; gsub(/[^A-Za-z0-9._-]/, "?", user[$3]) }
part == "names" { manifest[$1] = 1 }

# A line of JSON for each entry. A quote within a text is escaped, so `,"KEY":"` is never within one. Fields whose name begins with _ are
# journald's own; all others are the sender's words, believed of the system's manager, and of a user's manager about that user alone.
part == "journal" {
  cursor = field("__CURSOR")
  uid = field("_UID")
  if (uid == "0" && field("_PID") == "1") unit = field("UNIT")
  else if (uid ~ /^[0-9]+$/ && field("_SYSTEMD_UNIT") == "user@" uid ".service" && field("_SYSTEMD_USER_UNIT") == "init.scope") {
    unit = field("USER_UNIT")
    # Podman's single health checks: when they have failed often enough, the service itself does.
    if (unit ~ /^[0-9a-f]+(-[0-9a-f]+)?\.service$/ && length(unit) > 64) next
    if (uid == "0") uid = "root"
  } else next
  if (length(unit) > 255 || unit !~ /^[A-Za-z0-9][A-Za-z0-9:_.@\\-]*\.[a-z]+$/) next
  result = field("UNIT_RESULT")
  at = substr(field("__REALTIME_TIMESTAMP"), 1, 10)
  if (at ~ /^[0-9]+$/) hold(uid, unit, 1, at, at, result ~ /^[a-z-]+$/ ? result : "?")
}

function field(name) {
  if (!match($0, "[{,]\"" name "\":\"([^\"\\\\]|\\\\\\\\)*\"")) return ""
  name = substr($0, RSTART + length(name) + 5, RLENGTH - length(name) - 6)
  gsub(/\\\\/, "\\", name)
  return name
}
function hold(uid, unit, times, first, last, result, key) {
  key = uid "\t" unit
  if (!(key in held) && units[uid]++ >= most) key = uid "\t*"
  if (!(key in held)) { order[++holding] = key; from[key] = first }
  held[key] += times
  upto[key] = last
  why[key] = result
}

END {
  if (mode == "mail") { mail(); exit }
  if (cursor != "") print "cursor\t" cursor
  if (mode == "sent") mailed = now
  if (mailed) print "mailed\t" mailed
  if (mode == "unsent") { if (!tries++) since = now; tried = now }
  if (mode != "sent" && tries) print "unsent\t" tries "\t" since "\t" tried
  for (i = 1; i <= holding; i++) if (mode == "sent" && isReason(order[i])) told[order[i]] = now
  for (key in told) if (told[key] + declared["same-unit-every"] > now) print "told\t" key "\t" told[key]
  for (i = 1; i <= holding; i++) {
    key = order[i]
    if (mode != "sent") print "held\t" key "\t" held[key] "\t" from[key] "\t" upto[key] "\t" why[key]
  }
}

function isReason(key) { return !(key in told) || told[key] + declared["same-unit-every"] <= now }

function mail(i, wait, reasons, others, subject, named) {
  if (mailed && now < mailed + declared["at-most-every"]) return
  # After an attempt that failed, later and later: a mail server may take many for an attack.
  for (wait = 50; i < tries - 1 && wait < 3600; i++) wait *= 2
  if (tries && now < tried + wait) return
  for (i = 1; i <= holding; i++) if (isReason(order[i])) reason[++reasons] = order[i]; else other[++others] = order[i]
  if (!reasons) return
  for (i = 1; i <= reasons && i <= 3; i++) named = named (i > 1 ? ", " : "") shortName(reason[i])
  if (reasons > 3) named = sprintf(texts["more"], named, reasons - 3)
  subject = reasons == 1 ? sprintf(texts["subject-one"], declared["host"], named) : sprintf(texts["subject-many"], declared["host"], reasons, named)
  print "header\tFrom: " declared["from"] "\nheader\tTo: " to "\nheader\tSubject: " subject
  print "header\tMessage-ID: <unit-failures." now "." declared["host"] "@" declared["domain"] ">\nheader\tAuto-Submitted: auto-generated"
  say(sprintf(texts["intro"], declared["host"]))
  for (i = 1; i <= reasons; i++) describe(reason[i], 1)
  if (others) say("\n" texts["again"])
  for (i = 1; i <= others; i++) describe(other[i], 0)
  if (tries) say("\n" sprintf(texts["late"], time(since)))
  say("\n" texts["rule"])
}
function say(text) { gsub(/\n/, "\ntext\t", text); print "text\t" text }
function time(seconds, command, text) {
  command = "date -u -d @" (seconds + 0) " '+%Y-%m-%d %H:%M:%S'"
  command | getline text
  close(command)
  return text
}
function owner(key, uid) {
  uid = substr(key, 1, index(key, "\t") - 1)
  return uid == "root" ? uid : uid in user ? user[uid] : "UID " uid
}
function unitOf(key) { return substr(key, index(key, "\t") + 1) }
function serviceOf(key, name) {
  name = unitOf(key)
  return sub(/\.service$/, "", name) && ("service." owner(key) "." name) in manifest ? name : ""
}
function shortName(key) { return key ~ /^0\t/ ? unitOf(key) : owner(key) "/" (serviceOf(key) != "" ? serviceOf(key) : unitOf(key)) }
function describe(key, isNew, unit, who, name) {
  unit = unitOf(key)
  who = owner(key)
  name = unit == "*" ? texts["others"] : unit
  if (key ~ /^0\t/) say("\n" sprintf(texts["system"], name))
  else if (serviceOf(key) != "") say("\n" sprintf(texts["service"], serviceOf(key), who))
  else say("\n" sprintf(("member." who) in manifest ? texts["member"] : texts["user"], name, who))
  if (held[key] == 1) say("  " sprintf(texts["once"], time(from[key]), why[key]))
  else say("  " sprintf(texts["often"], held[key], time(from[key]), time(upto[key]), why[key]))
  # What users and their services log may hold secrets, and is also among the logs of their managers and sessions.
  if (isNew && key ~ /^0\t/ && unit != "*" && unit !~ /^(user@|user-|session-)/ && declared["log-lines"] > 0) {
    say("  " texts["log"])
    print "log\t" unit
  } else if (isNew && serviceOf(key) != "") say("  " sprintf(texts["look"], serviceOf(key)))
}
