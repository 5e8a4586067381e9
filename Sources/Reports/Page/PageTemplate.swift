/// The page's frame: structure, styles, and the script that draws charts.
enum PageTemplate {
  static let html = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{title}}</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    <a class="skip" href="#main">Skip to the results</a>
    <header>
    <h1>{{title}}</h1>
    <ul class="headlines">{{#headlines}}<li class="{{className}}">\
    {{#run}}<span class="run">{{.}}</span> {{/run}}{{text}}</li>{{/headlines}}</ul>
    <nav aria-label="Sections">{{#contents}}<p>{{#run}}<span class="run">{{.}}</span> {{/run}}\
    {{#sections}}<a href="#{{id}}">{{title}}</a> {{/sections}}</p>{{/contents}}</nav>
    </header>
    <main id="main">
    {{#sections}}
    <section id="{{id}}" aria-labelledby="{{id}}-title">
    <h2 id="{{id}}-title">{{title}}{{#run}} <span class="run">{{.}}</span>{{/run}}</h2>
    <p class="lead">{{lead}}</p>
    {{#blocks}}
    {{#chart}}
    <figure{{#isNarrow}} class="narrow"{{/isNarrow}}>
    <figcaption><strong>{{title}}</strong> {{caption}}</figcaption>
    <div class="chart" id="{{id}}-chart" tabindex="0" role="img" aria-label="{{title}}. {{caption}} \
    Arrow keys step through the data."></div>
    <p class="reading" aria-live="polite"></p>
    <script type="application/json" class="spec">{{{spec}}}</script>
    {{#table}}{{> table}}{{/table}}
    </figure>
    {{/chart}}
    {{#table}}{{> table}}{{/table}}
    {{#text}}<p>{{.}}</p>{{/text}}
    {{#shades}}<span class="shade {{shade}}">{{text}}</span> {{/shades}}
    {{#examples}}
    <article class="example"><h3>{{heading}}</h3>
    <pre class="prompt">{{prompt}}</pre>
    <dl>{{#answers}}<dt>{{label}}</dt><dd>{{#text}}<pre>{{.}}</pre>{{/text}}\
    {{#hasTokens}}<small>right answer:</small> {{/hasTokens}}\
    {{#tokens}}<span class="token {{shade}}" title="{{title}}">{{text}}</span>{{/tokens}}</dd>\
    {{/answers}}</dl>
    {{#table}}{{> table}}{{/table}}
    </article>
    {{/examples}}
    {{#definitions}}<dl class="terms"><dt>{{term}}</dt><dd>{{meaning}}</dd></dl>{{/definitions}}
    {{#source}}<details><summary>{{title}}</summary><pre>{{text}}</pre></details>{{/source}}
    {{/blocks}}
    </section>
    {{/sections}}
    </main>
    <script>{{{vega}}}</script>
    <script>{{{script}}}</script>
    </body>
    </html>
    """

  /// A table that folds, scrolls and saves.
  static let table = """
    <details{{^isFolded}} open{{/isFolded}}><summary>{{title}} <small>{{count}}</small></summary>
    <p class="csv"><a download="{{name}}.csv" href="{{{csv}}}">{{name}}.csv</a></p>
    <div class="scroll" tabindex="0" role="region" aria-label="{{title}}"><table><thead><tr>\
    {{#heads}}<th scope="col"{{#isNumeric}} class="n"{{/isNumeric}}>{{text}}</th>{{/heads}}</tr>\
    </thead><tbody>{{#rows}}<tr>{{#cells}}<td{{#isNumeric}} class="n"{{/isNumeric}}>{{text}}</td>\
    {{/cells}}</tr>{{/rows}}</tbody></table></div></details>
    """

  static let style = """
    :root{color-scheme:light dark;--ground:#fdfcfa;--panel:#fff;--ink:#1d1d1f;--soft:#5b5b60;\
    --rule:#dcd9d2;--accent:#0f5f94;--found:#b2500f;--middle:#f3f0ea}
    @media (prefers-color-scheme:dark){:root{--ground:#16171a;--panel:#1e2024;--ink:#ececf0;\
    --soft:#a5a6ad;--rule:#36383e;--accent:#7cc0f0;--found:#f2a065;--middle:#2b2d33}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
    header,main{max-width:62rem;margin:0 auto;padding:1rem}
    h1{font-size:1.5rem;margin:1rem 0 .75rem}
    h2{font-size:1.2rem;margin:2.5rem 0 .25rem;border-top:1px solid var(--rule);padding-top:1.25rem}
    h3{font-size:1rem;margin:.5rem 0 .25rem}
    .headlines{list-style:none;margin:0;padding:0}
    .headlines li{padding:.5rem .75rem;margin:.4rem 0;border-left:4px solid var(--rule);\
    background:var(--panel)}
    .headlines .found{border-color:var(--found);font-weight:600}
    .headlines .none{color:var(--soft)}
    .run{font:500 .75rem/1.6 ui-monospace,monospace;padding:0 .4rem;border:1px solid var(--rule);\
    border-radius:4px;color:var(--soft);white-space:nowrap}
    nav{margin-top:1.25rem;font-size:.9rem}nav p{margin:.25rem 0}nav a{margin-right:.8rem}
    a{color:var(--accent)}
    .lead,figcaption,small{color:var(--soft)}figcaption strong{color:var(--ink)}
    figure{margin:1.25rem 0;padding:.75rem;background:var(--panel);border:1px solid var(--rule);\
    border-radius:6px}
    @media (min-width:60rem){.narrow{display:inline-block;vertical-align:top;\
    width:calc(50% - .8rem);margin:.5rem .5rem .5rem 0}}
    .chart{width:100%;overflow-x:auto;min-height:40px;margin-top:.5rem}.chart svg{display:block}
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px}
    .reading{font-size:.85rem;color:var(--soft);margin:0}
    details{margin:.75rem 0}summary{cursor:pointer;font-weight:600}figure summary{font-weight:400}
    summary small{font-weight:400}.csv{margin:.25rem 0;font-size:.9rem}
    .scroll{overflow:auto;max-height:44rem}
    table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
    th,td{padding:.2rem .6rem;text-align:left;border-bottom:1px solid var(--rule);\
    white-space:nowrap}
    thead th{position:sticky;top:0;background:var(--panel);z-index:1}
    @media (min-width:48rem){tr>:first-child{position:sticky;left:0;background:var(--panel)}\
    thead th:first-child{z-index:2}}
    th.n,td.n{text-align:right}
    pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0;font-size:.85rem}
    .example{background:var(--panel);border:1px solid var(--rule);border-radius:6px;\
    padding:.25rem .75rem;margin:.75rem 0}
    .example dl{margin:.5rem 0}.example dt{color:var(--soft);font-size:.85rem;margin-top:.4rem}\
    .example dd{margin:0}
    .token,.shade{font:.85rem/1.9 ui-monospace,monospace;white-space:pre-wrap;padding:.1rem 0;\
    border-bottom:2px none var(--found)}.shade{padding:.1rem .4rem}
    .p1{background:rgba(178,80,15,.12);border-bottom-style:dotted}
    .p2{background:rgba(178,80,15,.24);border-bottom-style:dashed}
    .p3{background:rgba(178,80,15,.38);border-bottom-style:solid}
    .p4{background:rgba(178,80,15,.52);border-bottom:4px double var(--found)}
    .terms{margin:.2rem 0}.terms dt{font-weight:600}.terms dd{margin:0;overflow-wrap:anywhere}
    @media (min-width:36rem){.terms{display:grid;grid-template-columns:15rem 1fr;gap:1rem}}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--panel);\
    padding:.25rem .5rem}
    .tip{position:absolute;pointer-events:none;background:var(--panel);\
    color:var(--ink);border:1px solid var(--rule);border-radius:4px;padding:.3rem .5rem;\
    font-size:.8rem;max-width:min(24rem,90vw);display:none;z-index:9}
    @media print{:root{color-scheme:light;--ground:#fff;--panel:#fff;--ink:#000;--soft:#444;\
    --rule:#bbb;--found:#b2500f}body{font-size:11px;print-color-adjust:exact}\
    figure,.example,tr{break-inside:avoid}h2,h3,summary,.lead{break-after:avoid}\
    .chart svg{max-width:100%;height:auto}.scroll{max-height:none;overflow:visible}\
    table{font-size:7px}th,td{position:static!important;padding:.1rem .2rem}\
    th,td:not(.n){white-space:normal}th,td:first-child{overflow-wrap:anywhere}@page{margin:14mm}\
    nav,.skip,.reading,.csv,.tip,figure details:not([open]){display:none}}
    """

  static let script = """
    (() => {
      const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const tip = document.body.appendChild(Object.assign(document.createElement("div"),
        {className: "tip"}));
      const words = value => Object.entries(value).filter(([, v]) => v != null && v !== "")
        .map(([k, v]) => k + ": " + (typeof v === "number" ? +v.toPrecision(4) : v)).join(" · ");
      const tooltip = (handler, event, item, value) => {
        tip.style.display = value ? "block" : "none";
        if (!value) return;
        tip.textContent = typeof value === "object" ? words(value) : String(value);
        tip.style.left = Math.min(event.pageX + 12, innerWidth - tip.offsetWidth - 8) + "px";
        tip.style.top = event.pageY + 12 + "px";
      };
      const light = {"#0072B2": "#56B4E9", "#D55E00": "#FF9a57", "#009E73": "#3fd6a6",
        "#CC79A7": "#e6a3c8", "#E69F00": "#f2c14e", "#56B4E9": "#9bd3f7", "#7A6A00": "#d9cb5f", "#555555": "#b8b8b8"};
      const adapted = spec => {
        let text = JSON.stringify(spec);
        if (dark.matches && !printing) {
          text = text.replace(/#[0-9A-Fa-f]{6}/g, c => light[c] || c).replaceAll("#f3f0ea",
            css("--middle")).replaceAll("#222222", "#ececf0");
        }
        return JSON.parse(text);
      };
      let printing = false;
      const figures = [...document.querySelectorAll("figure")].map(figure => ({
        box: figure.querySelector(".chart"), reading: figure.querySelector(".reading"),
        columns: [...figure.querySelectorAll("th")].map(head => head.textContent),
        spec: JSON.parse(figure.querySelector(".spec").textContent)}));
      const draw = ({box, spec}) => {
        const width = Math.max(240, box.clientWidth - 8);
        const ink = printing ? "#000" : css("--ink"), soft = printing ? "#444" : css("--soft");
        const rule = printing ? "#bbb" : css("--rule");
        const config = {background: "transparent", font: "system-ui, sans-serif",
          title: {color: ink, fontSize: 13},
          axis: {labelColor: soft, titleColor: ink, gridColor: rule, domainColor: soft,
            tickColor: soft, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal",
            labelLimit: Math.max(120, Math.min(220, width / 3))},
          legend: {labelColor: ink, titleColor: ink, labelFontSize: 12, titleFontSize: 12,
            titleFontWeight: "normal", labelLimit: width - 70}};
        const whole = adapted(spec);
        whole.signals[0].value = width;
        // Panels are laid out to fit already; fitting them once more would leave an empty margin.
        if (whole.layout) whole.autosize = "pad"; else whole.width = width;
        box.replaceChildren();
        try {
          new vega.View(vega.parse(whole, config), {renderer: "svg", container: box,
            hover: true, logLevel: vega.Warn}).tooltip(tooltip).run();
        } catch (error) {
          console.error(error);
          box.textContent = "This chart could not be drawn; the table below holds its data.";
        }
      };
      const all = () => figures.forEach(draw);
      for (const figure of figures) {
        const values = figure.spec.data[0].values;
        let index = -1;
        figure.box.addEventListener("keydown", event => {
          const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
          if (!step || !values.length) return;
          event.preventDefault();
          index = (index + step + values.length) % values.length;
          figure.reading.textContent =
            words(Object.fromEntries(figure.columns.map(name => [name, values[index][name]])));
        });
      }
      let timer;
      addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(all, 150); });
      dark.addEventListener("change", all);
      addEventListener("beforeprint", () => { printing = true; all(); });
      addEventListener("afterprint", () => { printing = false; all(); });
      all();
    })();
    """
}
