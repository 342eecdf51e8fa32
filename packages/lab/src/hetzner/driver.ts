/** What a server needs to exist. */
export interface MachineSpec {
  /** Name of the host in the lab. */
  readonly name: string;
  /** Decides its addresses. */
  readonly number: number;
  readonly ramMiB: number;
  /** The server's name. */
  readonly hostname: string;
  /** A new one makes cloud-init run again. */
  readonly instanceId: string;
  readonly userData: string;
  /** Keys for root. */
  readonly publicKeys: readonly string[];
  /** It answers with a host key of its own, whatever the user data say. */
  readonly foreignHostKey: boolean;
}

/** What stands below the API: machines and disks. Everything is safe to repeat. */
export interface MachineDriver {
  /** Public IPv4 address of the machine with this number, as its users reach it. */
  addressOf(number: number): string;
  /** Makes disk and seed; does not start it. */
  create(spec: MachineSpec): Promise<void>;
  start(name: string): Promise<void>;
  /** As if the power went. */
  cut(name: string): Promise<void>;
  /** As if somebody pressed the power button; resolves when it is off, or still on after a deadline. */
  pressPower(name: string): Promise<void>;
  isRunning(name: string): Promise<boolean>;
  /** In force from the next start. */
  setRam(name: string, ramMiB: number): Promise<void>;
  remove(name: string): Promise<void>;
  makeVolume(id: number, sizeGB: number, format: string | null): Promise<void>;
  /** A machine that runs sees the new size from its next start. */
  growVolume(id: number, sizeGB: number): Promise<void>;
  removeVolume(id: number): Promise<void>;
  attachVolume(name: string, id: number): Promise<void>;
  detachVolume(name: string, id: number): Promise<void>;
}
