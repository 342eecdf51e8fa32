import { Lab, type LabHostOptions } from "@allmende/lab";

const name = "bench";

/** A lab of the benchmarks' own while `work` runs; ended in any case. */
export async function withBenchLab<T>(hosts: readonly LabHostOptions[], work: (lab: Lab) => Promise<T>): Promise<T> {
  // One that a killed run has left behind is not what is to be measured.
  await endBenchLab();
  const lab = await Lab.start({ name, hosts });
  try {
    return await work(lab);
  } finally {
    await lab.down();
  }
}

/** Ends the lab, when there is one. */
export async function endBenchLab(): Promise<void> {
  const lab = await Lab.attach(name).catch((error: { code?: string }) => {
    if (error.code === "no-lab") return undefined;
    throw error;
  });
  await lab?.down();
}
