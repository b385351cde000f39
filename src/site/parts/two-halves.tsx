/** The one idea as a drawing: content goes one way and is gone, numbers go the other and stay. */
export function TwoHalves() {
  return (
    <svg className="drawing" viewBox="0 0 520 330" role="img" aria-labelledby="halves-title halves-words">
      <title id="halves-title">Two halves</title>
      <desc id="halves-words">
        Your client sends content to the gateway, which sends it on to the engine and forgets it. The gateway
        tells control numbers and ids only. Control keeps accounts, keys and usage in a database.
      </desc>
      <defs>
        <marker
          id="head"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          orient="auto-start-reverse"
        >
          <path className="head" d="M0 0 8 4 0 8z" />
        </marker>
      </defs>
      <text x="20" y="24" className="small">
        your client
      </text>
      <path className="way" d="M60 34v52" markerEnd="url(#head)" markerStart="url(#head)" />
      <text x="72" y="64" className="small">
        content
      </text>
      <rect className="box kept" x="10" y="92" width="200" height="92" rx="8" />
      <text x="28" y="124" className="title">
        Gateway
      </text>
      <text x="28" y="148">
        sees content,
      </text>
      <text x="28" y="168">
        cannot remember
      </text>
      <path className="way" d="M60 186v50" markerEnd="url(#head)" markerStart="url(#head)" />
      <text x="72" y="216" className="small">
        content
      </text>
      <rect className="box" x="10" y="242" width="200" height="66" rx="8" />
      <text x="28" y="272" className="title">
        Engine
      </text>
      <text x="28" y="294">
        computes, forgets
      </text>
      <path className="way" d="M214 138h106" markerEnd="url(#head)" markerStart="url(#head)" />
      <text x="267" y="126" className="small" textAnchor="middle">
        numbers, ids
      </text>
      <rect className="box" x="326" y="92" width="184" height="92" rx="8" />
      <text x="344" y="124" className="title">
        Control
      </text>
      <text x="344" y="148">
        remembers,
      </text>
      <text x="344" y="168">
        never sees content
      </text>
      <path className="way" d="M418 186v50" markerEnd="url(#head)" />
      <rect className="box" x="326" y="242" width="184" height="66" rx="8" />
      <text x="344" y="272" className="title">
        Database
      </text>
      <text x="344" y="294">
        sealed by person
      </text>
    </svg>
  );
}
