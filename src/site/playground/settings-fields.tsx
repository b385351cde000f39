/** The fields beside the conversation: model, system message, parameters, tools, form of the answer. */
import { useId } from 'react';
import type { PlaygroundModel } from './playground.tsx';
import { FORMATS, NUMBER_NAMES, NUMBERS, type NumberName, type Settings } from './request.ts';

const FORMAT_NAMES = { text: 'Text', json_object: 'JSON', json_schema: 'JSON by a schema' } as const;
const ALWAYS_SHOWN: readonly NumberName[] = ['temperature', 'top_p', 'max_tokens', 'seed'];
const MORE = NUMBER_NAMES.filter((name) => !ALWAYS_SHOWN.includes(name));

const TOOLS_EXAMPLE = `[{"type": "function", "function": {
  "name": "weather",
  "description": "The weather of a city",
  "parameters": {"type": "object",
    "properties": {"city": {"type": "string"}}}}}]`;
const SCHEMA_EXAMPLE = `{"type": "object",
  "properties": {"rivers": {"type": "array",
    "items": {"type": "string"}}},
  "required": ["rivers"]}`;

export interface SettingsProps {
  readonly settings: Settings;
  readonly models: readonly PlaygroundModel[];
  /** The field that something is wrong in. */
  readonly wrong: keyof Settings | null;
  readonly onChange: (changed: Partial<Settings>) => void;
}

export function SettingsFields(props: SettingsProps) {
  const { settings, models, onChange } = props;
  const model = models.find(({ name }) => name === settings.model);
  return (
    <div className="playground-settings">
      <div className="field">
        <label htmlFor="model">Model</label>
        <select
          id="model"
          value={settings.model}
          onChange={({ target }) => onChange({ model: target.value })}
        >
          {models.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {model !== undefined && <p className="help">{model.facts}</p>}
      </div>
      <Text {...props} name="system" label="System message" rows={3} code={false} />
      <div className="playground-numbers">
        {ALWAYS_SHOWN.map((name) => (
          <NumberField key={name} {...props} name={name} />
        ))}
      </div>
      <details>
        <summary>Penalties and stops</summary>
        <div className="playground-numbers">
          {MORE.map((name) => (
            <NumberField key={name} {...props} name={name} />
          ))}
        </div>
        <Text {...props} name="stop" label="Stop at, one a line" rows={2} code />
      </details>
      <details open={props.wrong === 'tools' || undefined}>
        <summary>Tools</summary>
        <Text
          {...props}
          name="tools"
          label="Tools, in JSON"
          rows={7}
          code
          placeholder={TOOLS_EXAMPLE}
          help="Nothing is run: you see what the model calls, and type in what the tool would say."
        />
      </details>
      <details open={props.wrong === 'schema' || undefined}>
        <summary>Form of the answer</summary>
        <div className="field">
          <label htmlFor="format">Form</label>
          <select
            id="format"
            value={settings.format}
            onChange={({ target }) => onChange({ format: target.value as Settings['format'] })}
          >
            {FORMATS.map((format) => (
              <option key={format} value={format}>
                {FORMAT_NAMES[format]}
              </option>
            ))}
          </select>
        </div>
        {settings.format === 'json_schema' && (
          <Text {...props} name="schema" label="JSON schema" rows={7} code placeholder={SCHEMA_EXAMPLE} />
        )}
      </details>
    </div>
  );
}

interface TextProps extends SettingsProps {
  readonly name: 'system' | 'stop' | 'tools' | 'schema';
  readonly label: string;
  readonly rows: number;
  readonly code: boolean;
  readonly placeholder?: string;
  readonly help?: string;
}

function Text({ settings, wrong, onChange, name, label, rows, code, placeholder, help }: TextProps) {
  const helpId = useId();
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <textarea
        id={name}
        rows={rows}
        className={code ? 'in-code' : undefined}
        value={settings[name]}
        placeholder={placeholder}
        aria-invalid={wrong === name || undefined}
        aria-describedby={help === undefined ? undefined : helpId}
        onChange={({ target }) => onChange({ [name]: target.value })}
        {...KEPT_HERE}
      />
      {help !== undefined && (
        <p className="help" id={helpId}>
          {help}
        </p>
      )}
    </div>
  );
}

/** Browsers store what is typed for the next time, and some send it to a checker of spelling: neither here. */
export const KEPT_HERE = { autoComplete: 'off', autoCorrect: 'off', spellCheck: false } as const;

function NumberField({ settings, wrong, onChange, name }: SettingsProps & { readonly name: NumberName }) {
  const { label, least, most, step } = NUMBERS[name];
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        type="number"
        min={least}
        max={most}
        step={step}
        placeholder="default"
        value={settings[name]}
        aria-invalid={wrong === name || undefined}
        onChange={({ target }) => onChange({ [name]: target.value })}
        autoComplete="off"
      />
    </div>
  );
}
