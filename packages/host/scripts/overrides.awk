# Where something would change units of ours although nobody declared it: systemd's and Quadlet's drop-ins, and units that shadow ours.
# Variables: UID and MEMBER. Reads the plan; prints `KEY HOW PATH` for each such place, whether there is anything or not.
# HOW: restart, when the container may have been started with it, or reload, when reading the units again and mending limits is enough.
BEGIN {
  FS = OFS = "\t"
  ours = "/etc/containers/systemd/users/" uid "/"
  quadlet[1] = ours; quadlet[2] = "/home/" member "/.config/containers/systemd/"; quadlet[3] = "/run/user/" uid "/containers/systemd/"
  split("/home/" member "/.config/systemd/user/ /home/" member "/.config/systemd/user.control/ /run/user/" uid "/systemd/user/ /run/user/" uid \
    "/systemd/user.control/ /etc/systemd/user/ /run/systemd/user/", systemd, " ")
}
function drop_ins(key, how, name,    i) { for (i in quadlet) print key, how, quadlet[i] name ".d" }
$1 == "file" && index($NF, ours) == 1 {
  kind = unit = substr($NF, length(ours) + 1)
  sub(/.*\./, "", kind)
  how = kind == "container" ? "restart" : "reload"
  # Of anna-blog.container: anna-blog.container.d, anna-.container.d and container.d. The folder for all members is the cooperative's own.
  drop_ins($2, how, unit)
  print $2, how, "/etc/containers/systemd/users/" unit ".d"
  count = split(substr(unit, 1, length(unit) - length(kind) - 1), part, "-")
  beginning = ""
  for (i = 1; i < count; i++) drop_ins($2, how, (beginning = beginning part[i] "-") "." kind)
  drop_ins($2, how, kind)
  if (kind != "container") next
  sub(/container$/, "service", unit)
  for (i in systemd) {
    print $2, "restart", systemd[i] unit
    print $2, "reload", systemd[i] unit ".d"
  }
}
