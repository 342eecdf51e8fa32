# Compares what is wanted (the plan) with what was there (manifests) and what is there (digests, access).
# Arguments: part=digests FILE part=access FILE part=old MANIFEST... part=new PLAN
# Prints a line per resource of the plan: KEY ACTION MEMBER UID RAM MEMORYMAX TASKSMAX IMAGE AUTHFILE CHANGED RESTART HAD,
# (MANIFESTS is the directory of the manifests), and writes what is to be done with its files to OPS/KEY: `mkdir|mkdir-shared|write|access|shared|delete|rmdir MODE UID GID PATH`.
BEGIN { FS = "\t" }
function op(key, what, how, path) { print what "\t" how "\t" path > (ops key) }
part == "digests" { real[substr($0, 67)] = substr($0, 1, 64); next }
part == "access" { access[$1] = $2 "\t" $3 "\t" $4; next }
part == "old" && $1 == "resource" { had[$2] = 1; owned[$2] = "\n" manifests $2 } # the manifest goes last
part == "old" && ($1 == "file" || $1 == "dir") {
  owners[$NF]++
  owned[$2] = owned[$2] "\n" $NF
  effect[$NF, $2] = $7
  is_dir[$NF] = $1 == "dir"
}
part == "old" { next }
$1 == "resource" { order[++count] = $2; line[$2] = substr($0, 10) }
$1 == "file" || $1 == "dir" { wanted[$NF, $2] = 1; needed[$NF] = 1; how = $3 "\t" $4 "\t" $5 }
$1 == "dir" && access[$NF] != how {
  changed[$2] = 1
  op($2, done[$NF]++ ? "mkdir-shared" : "mkdir", how, $NF)
}
$1 == "file" && (real[$NF] != $6 || access[$NF] != how) {
  changed[$2] = 1
  if ($7 == "restart" && real[$NF] != $6) restart[$2] = 1
  op($2, done[$NF]++ ? "shared" : real[$NF] == $6 ? "access" : "write", how, $NF) # a network may be several services'
}
END {
  for (i = 1; i <= count; i++) {
    key = order[i]
    n = split(substr(owned[key], 2), paths, "\n")
    for (j = n; j >= 1; j--) {
      path = paths[j]
      if ((path, key) in wanted) continue
      if (is_dir[path]) { op(key, "rmdir", "-\t-\t-", path); continue }
      if (owners[path]-- > 1 || path in needed) continue # another resource owns it as well, or does from now on
      op(key, "delete", "-\t-\t-", path)
      changed[key] = 1
      if (effect[path, key] == "restart") restart[key] = 1
    }
    print line[key] "\t" changed[key] + 0 "\t" restart[key] + 0 "\t" had[key] + 0
  }
}
