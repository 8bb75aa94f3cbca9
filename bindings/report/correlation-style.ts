/** What the page of a correlation adds to the style of a surface's. Blue and orange are told apart whatever the colour vision. */
export const CORRELATION_STYLE = `
.wide-left { display: grid; grid-template-columns: minmax(0, 1.75fr) minmax(280px, 1fr); gap: 14px; align-items: start; }
.column { display: grid; gap: 14px; min-width: 0; }
.legend canvas { width: 220px; height: 9px; border-radius: 4px; }
.heat .choice:nth-of-type(1) { margin-left: auto; }
.heat .legend { justify-content: flex-start; margin: 0 0 4px; }
.halves { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 26px; }
.halves.long { grid-template-columns: minmax(0, 1fr); gap: 10px 0; }
.halves .words { white-space: normal; overflow-wrap: anywhere; }
.halves td, .halves th { padding: 4px 0; }
.halves td + td { padding-left: 10px; }
.told { color: var(--soft); padding-top: 0; }
.told .warn { color: var(--off); }
.key .edge { border-top: 2px dashed var(--off); }
.key .dot { width: 7px; height: 7px; border: 0; border-radius: 50%; background: var(--accent); }
@media (max-width: 900px) {
  .wide-left { grid-template-columns: minmax(0, 1fr); }
  .heat .choice:nth-of-type(1) { margin-left: 0; }
}
`.trim();
