/**
 * Keeps the catalogue current: asks every engine in turn, joins the answers with the configuration, and tells the link
 * when something changed. An engine that stops answering keeps its models: whether it works is the gateway's business.
 */
import type { Prices } from '../../link/price.ts';
import type { CatalogueModel } from '../../link/words.ts';
import type { Log } from '../../log/log.ts';
import type { Db } from '../../store/database.ts';
import type { EngineAddress, ModelSettings, PriceSettings } from '../settings.ts';
import { askModels, type EngineModel } from './discover.ts';
import { type Numbered, numberModels } from './numbers.ts';

/** Between two questions to an engine: until its first answer, and afterwards. */
const ASK_MS_FIRST = 250;
const ASK_MS = 60_000;
const CONTEXT_DEFAULT = 8_192;

export interface CatalogueSettings {
  readonly engines: readonly EngineAddress[];
  readonly models: readonly ModelSettings[];
  readonly defaultPrice: PriceSettings;
}

export class Catalogue {
  readonly #db: Db;
  readonly #settings: CatalogueSettings;
  readonly #log: Log;
  readonly #tell: (models: readonly CatalogueModel[]) => void;
  /** What each engine said last, by its number. */
  readonly #said = new Map<number, readonly EngineModel[]>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #stopping = new AbortController();
  #models: readonly CatalogueModel[] = [];
  #told = '';
  /** Joins happen one after the other. */
  #joining: Promise<void> = Promise.resolve();

  constructor(
    db: Db,
    settings: CatalogueSettings,
    log: Log,
    tell: (models: readonly CatalogueModel[]) => void,
  ) {
    this.#db = db;
    this.#settings = settings;
    this.#log = log;
    this.#tell = tell;
  }

  start(): void {
    for (const engine of this.#settings.engines) void this.#ask(engine);
  }

  get models(): readonly CatalogueModel[] {
    return this.#models;
  }

  /** How many models each engine said it serves; null for one that has not answered yet. */
  engines(): readonly { number: number; models: number | null }[] {
    return this.#settings.engines.map(({ number }) => ({
      number,
      models: this.#said.get(number)?.length ?? null,
    }));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.#joining;
  }

  async #ask(engine: EngineAddress): Promise<void> {
    const known = this.#said.has(engine.number);
    try {
      const models = await askModels(engine, this.#stopping.signal);
      this.#said.set(engine.number, models);
      if (!known) this.#log('info', 'models_found', { engine: engine.number, count: models.length });
      this.#joining = this.#joining.then(() => this.#join());
      await this.#joining;
    } catch {
      if (known && !this.#stopping.signal.aborted)
        this.#log('debug', 'engine_down', { engine: engine.number });
    }
    if (this.#stopping.signal.aborted) return;
    const wait = this.#said.has(engine.number) ? ASK_MS : ASK_MS_FIRST;
    this.#timers.set(
      engine.number,
      setTimeout(() => void this.#ask(engine), wait),
    );
  }

  async #join(): Promise<void> {
    const names = new Set([...this.#said.values()].flat().map((model) => model.name));
    let numbers: Map<string, Numbered>;
    try {
      numbers = await numberModels(this.#db, [...names]);
    } catch {
      // The database is away; the next answer of an engine brings us here again.
      return;
    }
    const models = [...numbers]
      .map(([name, number]) => this.#entry(name, number))
      .filter((model) => model !== null);
    models.sort((a, b) => a.number - b.number);
    const told = JSON.stringify(models);
    if (told === this.#told || this.#stopping.signal.aborted) return;
    this.#told = told;
    this.#models = models;
    this.#tell(models);
  }

  /** One model as gateways see it; null when no engine may serve it. */
  #entry(name: string, { number, firstSeen }: Numbered): CatalogueModel | null {
    const configured = this.#settings.models.find((model) => model.name === name);
    const serving = [...this.#said]
      .filter(([engine]) => configured?.engines?.includes(engine) ?? true)
      .flatMap(([engine, models]) =>
        models.filter((model) => model.name === name).map((model) => ({ engine, model })),
      );
    const [first] = serving;
    if (first === undefined) return null;
    const contexts = serving.map(({ model }) => model.context ?? CONTEXT_DEFAULT);
    const context = configured?.context ?? Math.min(...contexts);
    return {
      number,
      name,
      kind: configured?.kind ?? first.model.kind,
      context,
      maxOutput: Math.min(configured?.maxOutput ?? context, context),
      prices: wholePrices(configured?.prices ?? this.#settings.defaultPrice),
      created: Math.floor(firstSeen.getTime() / 1000),
      engines: serving.map(({ engine, model }) => ({ engine, upstream: model.name })),
    };
  }
}

/** Every kind of token has a price: an unset one is its parent's. */
const wholePrices = (prices: PriceSettings): Prices => ({
  prompt: prices.prompt,
  cached: prices.cached ?? prices.prompt,
  completion: prices.completion,
  reasoning: prices.reasoning ?? prices.completion,
});
