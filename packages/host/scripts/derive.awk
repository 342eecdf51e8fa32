# What follows from all manifests together: /etc/subuid, /etc/subgid and each member's slice. Arguments: MANIFEST...
# Writes new texts to OUT/N, prints `OUT/N PATH` for each file that differs, and writes `UID MEMORYMAX TASKSMAX` to LIMITS.
# TODO names members of this transaction: a removed one's lines go, lines of strangers stay.
BEGIN {
  FS = "\t"
  while ((getline < todo) > 0) if ($1 ~ /^member/) ours[$3] = 1
}
$1 == "resource" && $2 ~ /^(member|service)/ { memory[$5] += $7; tasks[$5] += $8 }
$1 == "resource" && $2 ~ /^member/ { name[++count] = $4; uid[count] = $5; ours[$4] = 1 }
function put(file, text,    line, there, new) {
  while ((getline line < file) > 0) there = there line "\n"
  close(file)
  if (there == text) return
  new = out "/" ++files
  printf "%s", text > new
  close(new)
  print new "\t" file
}
function subordinate_ids(file,    line, part, text, i) {
  while ((getline line < file) > 0) {
    split(line, part, ":")
    if (!(part[1] in ours)) text = text line "\n"
  }
  close(file)
  for (i = 1; i <= count; i++) text = text name[i] ":" 1048576 + 65536 * (uid[i] - 20000) ":65536\n"
  put(file, text)
}
END {
  subordinate_ids("/etc/subuid")
  subordinate_ids("/etc/subgid")
  for (i = 1; i <= count; i++) {
    u = uid[i]
    printf "%d\t%.0f\t%d\n", u, memory[u], tasks[u] > limits
    put("/etc/systemd/system/user-" u ".slice.d/50-allmende.conf",
      sprintf("# Allmende: the sum of what %s runs here, and its manager. Derived from the manifests.\n" \
        "[Slice]\nMemoryMax=%.0f\nMemorySwapMax=0\nTasksMax=%d\n", name[i], memory[u], tasks[u]))
  }
}
