import { macAddress } from "./addresses.js";
import type { HostState } from "./state.js";

/**
 * The command line of a host's kernel. Paths are as the kernel sees them: the cache directory is `/lab` there.
 * `marker` only makes the process recognisable on the machine: Linux passes over parameters of modules that it lacks.
 * The host key reaches the host on the seed disk, never here: every process of the machine can read this.
 */
export function renderKernelArguments(labName: string, labNumber: number, host: HostState, marker: string): string[] {
  const directory = `/lab/labs/${labName}/hosts/${host.name}`;
  return [
    `mem=${host.ramMiB}M`,
    `ubd0=${directory}/disk.cow,/lab/images/${host.imageKey}/disk.img`,
    `ubd1r=${directory}/seed.tar`,
    "root=/dev/ubda",
    "rw",
    `vec0:transport=tap,ifname=tap${host.number},depth=128,gro=1,mac=${macAddress(labNumber, host.number)}`,
    "con=null",
    "con0=null,fd:1",
    "con1=null",
    "ssl=null",
    `umid=${host.name}`,
    `uml_dir=${directory}/uml/`,
    "seccomp=on",
    "selinux=0",
    "quiet",
    "systemd.show_status=0",
    ...(host.flavour === "cloud" ? [] : [`systemd.hostname=${host.name}`]),
    ...(host.volumes ?? []).flatMap((id, slot) => (id === null ? [] : [renderVolumeDevice(labName, slot, id)])),
    `lab.marker=${marker}`,
    `systemd.machine_id=${host.machineId}`,
  ];
}

/** A volume as a disk with its identifier as serial number; also what a running kernel is told to add. */
export function renderVolumeDevice(labName: string, slot: number, volume: number): string {
  return `ubd${2 + slot}=/lab/labs/${labName}/volumes/${volume}.img,,${volume}`;
}
