/** Loads llama.cpp, the model and its context. Nothing here prints: llama.cpp's own lines could quote prompts. */
import { availableParallelism } from 'node:os';
import { getLlama, type Llama, type LlamaContext, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { EngineStartError } from '../report.ts';
import type { EngineSettings } from '../settings.ts';
import { looksLikeGguf } from './gguf-head.ts';

export interface Loaded {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  /** Tokens of prompt and answer together for one request. */
  readonly contextSize: number;
}

/**
 * Tokens computed in one step. A long prompt of one request is cut into steps of this size, between which the
 * answers of all others go on and an aborted request ends; larger steps are hardly faster on a processor.
 */
export const STEP_TOKENS = 128;
/** The share of free memory that contexts may take: other processes and the model want theirs. */
const MEMORY_SHARE = 0.1;
const SEQUENCES_MAX = 8;
/** One core is left to the gateway and the rest of the machine. */
const CORES_LEFT = 1;

/** The binding alone: prebuilt binaries only, silent. */
export async function loadBinding(settings: Pick<EngineSettings, 'threads' | 'gpu'>): Promise<Llama> {
  try {
    return await getLlama({
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      gpu: settings.gpu ? 'auto' : false,
      maxThreads: settings.threads ?? Math.max(1, availableParallelism() - CORES_LEFT),
      logLevel: LlamaLogLevel.disabled,
      logger: () => {},
    });
  } catch (cause) {
    const message =
      'llama.cpp has no build for this machine: run npm install again, or point KEPT_ENGINE_URL at another engine.';
    throw new EngineStartError(message, { cause });
  }
}

/** Throws `EngineStartError`. */
export async function loadModel(llama: Llama, path: string): Promise<LlamaModel> {
  const message = `The model file ${path} cannot be loaded: it is missing, damaged or not a GGUF file that llama.cpp knows. Remove it, so that it is fetched again, or name another with KEPT_MODEL.`;
  if (!(await looksLikeGguf(path))) throw new EngineStartError(message);
  try {
    return await llama.loadModel({ modelPath: path });
  } catch (cause) {
    throw new EngineStartError(message, { cause });
  }
}

/** Binding, model and a context for all sequences. Throws `EngineStartError`. */
export async function load(settings: EngineSettings): Promise<Loaded> {
  const llama = await loadBinding(settings);
  const model = await loadModel(llama, settings.modelPath);
  const contextSize = Math.min(settings.context, model.trainContextSize);
  const sequences = settings.sequences ?? (await sequencesThatFit(model, contextSize));
  try {
    const context = await model.createContext({ contextSize, sequences, batchSize: STEP_TOKENS });
    return { llama, model, context, contextSize };
  } catch (cause) {
    const message = `There is not enough memory for ${sequences} contexts of ${contextSize} tokens: set fewer sequences or a smaller context.`;
    throw new EngineStartError(message, { cause });
  }
}

async function sequencesThatFit(model: LlamaModel, contextSize: number): Promise<number> {
  const free = process.availableMemory() * MEMORY_SHARE;
  for (let sequences = SEQUENCES_MAX; sequences > 1; sequences /= 2) {
    const need = await model.fileInsights.estimateContextResourceRequirementsV2({
      contextSize,
      sequences,
      batchSize: STEP_TOKENS,
      modelGpuLayers: model.gpuLayers,
    });
    if (need.cpuRam <= free) return sequences;
  }
  return 1;
}
