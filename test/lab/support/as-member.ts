/** A command that root runs as a member, who reaches their own manager and containers with it. */
export function asMember(name: string, uid: number, argv: readonly string[]): string[] {
  return [
    ...["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"],
    ...["env", "--chdir=/", `XDG_RUNTIME_DIR=/run/user/${uid}`, `HOME=/home/${name}`],
    ...argv,
  ];
}
