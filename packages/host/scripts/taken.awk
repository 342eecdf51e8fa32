# Of the ports that the service K is to get: which ones somebody listens on. Prints `PORT HOLDER WHO` for each, WHO being `hands-over`
# when the holder leaves the port in this very plan or is told to (`yields K HOLDER`); HOLDER is a resource's key or `-`.
# Arguments: part=holders PORT-LINES part=own MANIFEST part=plan PLAN part=listening OUTPUT-OF-SS
part == "holders" { holder[$3 " " $4] = $2; next }
part == "own" { if ($1 == "port") own[$3 " " $4] = 1; next }
part == "plan" {
  if ($1 == "resource") planned[$2] = 1
  if ($1 == "yields" && $2 == k) yields[$3] = 1
  if ($1 == "port" && $2 != k) keeps[$2, $3 " " $4] = 1
  if ($1 == "port" && $2 == k && !($3 " " $4 in own)) wanted[$3 " " $4] = 1
  next
}
{
  fields = split($0, field, / +/)
  parts = split(field[5], address, ":")
  port = field[1] " " address[parts]
  if (fields < 5 || !(port in wanted)) next
  delete wanted[port] # it may be listened on at several addresses
  split(field[7], process, "\"")
  by = holder[port]
  name = field[1] " port " address[parts]
  if (by == "") print name "\t-\t" (process[2] != "" ? process[2] : "somebody else")
  else if (by in yields || (by in planned && !((by, port) in keeps))) print name "\t" by "\thands-over"
  else { split(by, key, "."); print name "\t" by "\tthe service " key[3] " of " key[2] }
}
