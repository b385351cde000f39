/**
 * Keeps the catalogue current: asks every engine in turn, joins the answers with the configuration, and tells the link
 * when something changed. An engine that stops answering keeps its models: whether it works is the gateway's business.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Prices } from '../../link/price.ts';
import type { BillingMode, CatalogueModel } from '../../link/words.ts';
import type { Log } from '../../log/log.ts';
import type { Db } from '../../store/database.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { RecordKeeper } from '../../store/store.ts';
import type { EngineAddress, ModelSettings, PriceSettings } from '../settings.ts';
import { askModels, type EngineModel } from './discover.ts';
import { PRICE_NOTICE_DAYS_MIN } from './notice-days.ts';
import { type Numbered, numberModels } from './numbers.ts';
import { type ComingPrice, type Dated, datePrices } from './price-changes.ts';
import { recordPrices } from './record-prices.ts';

/** Between two questions to an engine, in milliseconds: at first, when it has long not answered, when it has. */
const ASK_MS_FIRST = 250;
const ASK_MS_LATER = 5_000;
const ASK_MS = 60_000;
/** So many questions in quick succession: a minute's worth. */
const ASKS_FIRST = 240;
/** So long the first catalogue waits for engines that do not answer, in milliseconds. */
const FIRST_WAIT_MS = 3_000;
/** What the link carries at most. */
const CATALOGUE_MODELS_MAX = 10_000;
const MODEL_ENGINES_MAX = 100;
const CONTEXT_DEFAULT = 8_192;

export interface CatalogueSettings {
  readonly engines: readonly EngineAddress[];
  readonly models: readonly ModelSettings[];
  readonly defaultPrice: PriceSettings;
  readonly billing: BillingMode;
  /** How long before prices become dearer; left out: the least. */
  readonly priceNoticeDays?: number;
  readonly siteUrl: string;
}

/** What everything is served at where use has no price, whatever is configured. */
const NO_PRICES: PriceSettings = { prompt: 0, completion: 0 };

interface CatalogueStore {
  readonly db: Db;
  readonly record: RecordKeeper;
  /** Milliseconds since 1970, or `ClockDoubted`. */
  readonly believed: () => Promise<number>;
  /** Engines that are announced, and get nothing before their day. */
  readonly isHeldBack: (engine: number) => boolean;
}

export class Catalogue {
  readonly #store: CatalogueStore;
  readonly #settings: CatalogueSettings;
  readonly #log: Log;
  readonly #tell: (models: readonly CatalogueModel[]) => void;
  /** What each engine said last, by its number. */
  readonly #said = new Map<number, readonly EngineModel[]>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #firstWait: NodeJS.Timeout | undefined;
  readonly #stopping = new AbortController();
  #models: readonly CatalogueModel[] = [];
  #coming: readonly ComingPrice[] = [];
  #told = '';
  /** Whether every engine has answered, or had its time to. */
  #heardAll = false;
  /** Joins happen one after the other. */
  #joining: Promise<boolean> = Promise.resolve(true);

  constructor(
    store: CatalogueStore,
    settings: CatalogueSettings,
    log: Log,
    tell: (models: readonly CatalogueModel[]) => void,
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#log = log;
    this.#tell = tell;
  }

  /**
   * Gateways that serve already go on with the catalogue they have until the first one here, which is not made of a part
   * of the engines: none of their models would be found meanwhile.
   */
  start(): void {
    for (const engine of this.#settings.engines) void this.#ask(engine, 1);
    const wait = this.#settings.engines.length === 0 ? 0 : FIRST_WAIT_MS;
    this.#firstWait = setTimeout(() => void this.#waitedLong(), wait);
  }

  get models(): readonly CatalogueModel[] {
    return this.#models;
  }

  /** Prices that were announced and do not hold yet. */
  get coming(): readonly ComingPrice[] {
    return this.#coming;
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
    clearTimeout(this.#firstWait);
    await this.#joining;
  }

  /** Asks for the `attempt`th time since the last success. */
  async #ask(engine: EngineAddress, attempt: number): Promise<void> {
    const known = this.#said.has(engine.number);
    let joined = false;
    try {
      const models = await askModels(engine, this.#stopping.signal);
      this.#said.set(engine.number, models);
      if (!known) this.#log('info', 'models_found', { engine: engine.number, count: models.length });
      this.#heardAll ||= this.#said.size === this.#settings.engines.length;
      joined = await this.#joinNext();
    } catch {
      // Not an answer; what it said before still stands.
    }
    if (this.#stopping.signal.aborted) return;
    const patient = attempt < ASKS_FIRST ? ASK_MS_FIRST : ASK_MS_LATER;
    const timer = setTimeout(
      () => void this.#ask(engine, joined ? 1 : attempt + 1),
      joined ? ASK_MS : patient,
    );
    this.#timers.set(engine.number, timer);
  }

  async #waitedLong(): Promise<void> {
    this.#heardAll = true;
    while (!(await this.#joinNext()) && !this.#stopping.signal.aborted) await sleep(ASK_MS_FIRST);
  }

  /** False when it could not be made now. */
  #joinNext(): Promise<boolean> {
    this.#joining = this.#joining.then(() => this.#join()).catch(() => false);
    return this.#joining;
  }

  /**
   * Makes the catalogue of what engines have said, and tells it if it is another, once its prices are in the record.
   * Rejects while the database is away or the record cannot be written.
   */
  async #join(): Promise<boolean> {
    const names = new Set([...this.#said.values()].flat().map((model) => model.name));
    const numbers = await numberModels(this.#store.db, [...names]);
    const models = [...numbers]
      .map(([name, number]) => this.#entry(name, number))
      .filter((model) => model !== null);
    models.sort((a, b) => a.number - b.number);
    models.splice(CATALOGUE_MODELS_MAX);
    if (!this.#heardAll || this.#stopping.signal.aborted) return true;
    const dated = await this.#dated(models);
    this.#coming = dated.coming;
    const told = JSON.stringify(dated.models);
    if (told === this.#told) return true;
    if (this.#settings.billing !== 'off') await recordPrices(this.#store, dated.models);
    this.#told = told;
    this.#models = dated.models;
    this.#tell(dated.models);
    return true;
  }

  /** What becomes dearer waits for its day. */
  async #dated(models: readonly CatalogueModel[]): Promise<Dated> {
    const { billing, siteUrl, priceNoticeDays: days = PRICE_NOTICE_DAYS_MIN } = this.#settings;
    if (billing === 'off') return { models, coming: [] };
    const now = await this.#store.believed().catch((error: unknown) => {
      if (error instanceof ClockDoubted) return null;
      throw error;
    });
    return datePrices(this.#store, models, { days, siteUrl, now });
  }

  /** One model as gateways see it; null when no engine may serve it. */
  #entry(name: string, { number, firstSeen }: Numbered): CatalogueModel | null {
    const configured = this.#settings.models.find((model) => model.name === name);
    const serving = [...this.#said]
      .filter(([engine]) => !this.#store.isHeldBack(engine))
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
      prices: wholePrices(this.#pricesOf(configured)),
      created: Math.floor(firstSeen.getTime() / 1000),
      engines: serving
        .slice(0, MODEL_ENGINES_MAX)
        .map(({ engine, model }) => ({ engine, upstream: model.name })),
    };
  }

  #pricesOf(configured: ModelSettings | undefined): PriceSettings {
    const { billing, defaultPrice } = this.#settings;
    return billing === 'off' ? NO_PRICES : (configured?.prices ?? defaultPrice);
  }
}

/** Every kind of token has a price: an unset one is its parent's. */
const wholePrices = (prices: PriceSettings): Prices => ({
  prompt: prices.prompt,
  cached: prices.cached ?? prices.prompt,
  completion: prices.completion,
  reasoning: prices.reasoning ?? prices.completion,
});
