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
    <ul class="headlines">{{#headlines}}<li class="{{className}}">{{text}}</li>{{/headlines}}</ul>
    <nav aria-label="Sections">{{#sections}}<a href="#{{id}}">{{title}}</a> {{/sections}}</nav>
    </header>
    <main id="main">
    {{#sections}}
    <section id="{{id}}" aria-labelledby="{{id}}-title">
    <h2 id="{{id}}-title">{{title}}</h2>
    <p class="lead">{{lead}}</p>
    {{#blocks}}
    {{#chart}}
    <figure>
    <figcaption><strong>{{title}}</strong> {{caption}}</figcaption>
    <div class="chart" id="{{id}}-chart" tabindex="0" role="img" aria-label="{{title}}. {{caption}} \
    Arrow keys step through the data."></div>
    <p class="reading" aria-live="polite"></p>
    <script type="application/json" class="spec">{{{spec}}}</script>
    {{#table}}
    <details><summary>Table</summary>
    <p><a download="{{name}}.csv" href="{{{csv}}}">{{name}}.csv</a></p>
    <div class="scroll"><table><thead><tr>{{#heads}}<th scope="col"\
    {{#isNumeric}} class="n"{{/isNumeric}}>{{text}}</th>{{/heads}}</tr></thead><tbody>\
    {{#rows}}<tr>{{#cells}}<td{{#isNumeric}} class="n"{{/isNumeric}}>{{text}}</td>{{/cells}}</tr>\
    {{/rows}}</tbody></table></div></details>
    {{/table}}
    </figure>
    {{/chart}}
    {{#table}}
    <div class="block"><h3>{{title}}</h3>
    <p><a download="{{name}}.csv" href="{{{csv}}}">{{name}}.csv</a></p>
    <div class="scroll"><table><thead><tr>{{#heads}}<th scope="col"\
    {{#isNumeric}} class="n"{{/isNumeric}}>{{text}}</th>{{/heads}}</tr></thead><tbody>\
    {{#rows}}<tr>{{#cells}}<td{{#isNumeric}} class="n"{{/isNumeric}}>{{text}}</td>{{/cells}}</tr>\
    {{/rows}}</tbody></table></div></div>
    {{/table}}
    {{#text}}<p>{{.}}</p>{{/text}}
    {{#examples}}
    <article class="example"><h4>{{heading}}</h4>
    <pre class="prompt">{{prompt}}</pre>
    <dl><dt>before</dt><dd><pre>{{#before}}<span class="{{shade}}" title="{{title}}">{{text}}</span>\
    {{/before}}</pre></dd>
    <dt>after</dt><dd><pre>{{#after}}<span class="{{shade}}" title="{{title}}">{{text}}</span>\
    {{/after}}</pre></dd></dl></article>
    {{/examples}}
    {{#definitions}}<dl class="terms"><dt>{{term}}</dt><dd>{{meaning}}</dd></dl>{{/definitions}}
    {{/blocks}}
    </section>
    {{/sections}}
    </main>
    <script>{{{vega}}}</script>
    <script>{{{script}}}</script>
    </body>
    </html>
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
    h1{font-size:1.5rem;margin:1rem 0 .5rem}
    h2{font-size:1.2rem;margin:2.5rem 0 .25rem;border-top:1px solid var(--rule);padding-top:1.25rem}
    h3,h4{font-size:1rem;margin:1rem 0 .25rem}
    .headlines{list-style:none;margin:0;padding:0}
    .headlines li{padding:.5rem .75rem;margin:.4rem 0;border-left:4px solid var(--rule);\
    background:var(--panel)}
    .headlines .found{border-color:var(--found);font-weight:600}
    .headlines .none{color:var(--soft)}
    nav{margin-top:1rem}nav a{margin-right:.8rem;white-space:nowrap}
    a{color:var(--accent)}
    .lead,figcaption{color:var(--soft)}figcaption strong{color:var(--ink)}
    figure{margin:1.25rem 0;padding:.75rem;background:var(--panel);border:1px solid var(--rule);\
    border-radius:6px}
    .chart{width:100%;overflow-x:auto;min-height:40px}
    .chart:focus-visible,a:focus-visible,summary:focus-visible{outline:3px solid var(--accent);\
    outline-offset:2px}
    .reading{font-size:.85rem;color:var(--soft);margin:.25rem 0;min-height:1.2em}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}
    th,td{padding:.2rem .6rem;text-align:left;border-bottom:1px solid var(--rule);\
    white-space:nowrap}
    .n{text-align:right}
    pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.25rem 0;font-size:.85rem}
    .example{background:var(--panel);border:1px solid var(--rule);border-radius:6px;\
    padding:.25rem .75rem;margin:.75rem 0}
    .example dt{color:var(--soft);font-size:.85rem}.example dd{margin:0}
    .p1{background:rgba(178,80,15,.14)}.p2{background:rgba(178,80,15,.28)}
    .p3{background:rgba(178,80,15,.42);text-decoration:underline dotted}
    .p4{background:rgba(178,80,15,.56);text-decoration:underline}
    .terms{margin:.25rem 0}.terms dt{font-weight:600}.terms dd{margin:0;overflow-wrap:anywhere}
    .skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem}
    #vg-tooltip,.tip{position:absolute;pointer-events:none;background:var(--panel);\
    color:var(--ink);border:1px solid var(--rule);border-radius:4px;padding:.3rem .5rem;\
    font-size:.8rem;max-width:24rem;display:none;z-index:9}
    @media print{:root{color-scheme:light;--ground:#fff;--panel:#fff;--ink:#000;--soft:#444;\
    --rule:#bbb}figure,.example{break-inside:avoid}nav,.skip,.reading{display:none}}
    """

  static let script = """
    (() => {
      const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const tip = document.body.appendChild(Object.assign(document.createElement("div"),
        {className: "tip"}));
      const words = value => Object.entries(value).filter(([, v]) => v !== null && v !== "")
        .map(([k, v]) => k + ": " + (typeof v === "number" ? +v.toPrecision(4) : v)).join(" · ");
      const tooltip = (handler, event, item, value) => {
        tip.style.display = value ? "block" : "none";
        if (!value) return;
        tip.textContent = typeof value === "object" ? words(value) : String(value);
        tip.style.left = Math.min(event.pageX + 12, innerWidth - tip.offsetWidth - 8) + "px";
        tip.style.top = event.pageY + 12 + "px";
      };
      const light = {"#0072B2": "#56B4E9", "#D55E00": "#FF9a57", "#009E73": "#3fd6a6",
        "#CC79A7": "#e6a3c8", "#E69F00": "#f2c14e", "#56B4E9": "#9bd3f7", "#7A6A00": "#d9cb5f"};
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
        spec: JSON.parse(figure.querySelector(".spec").textContent)}));
      const draw = ({box, spec}) => {
        const width = Math.max(240, box.clientWidth - 8);
        const ink = printing ? "#000" : css("--ink"), soft = printing ? "#444" : css("--soft");
        const rule = printing ? "#bbb" : css("--rule");
        const config = {background: "transparent", title: {color: ink},
          axis: {labelColor: soft, titleColor: ink, gridColor: rule, domainColor: soft,
            tickColor: soft, labelLimit: Math.min(220, width / 3)},
          legend: {labelColor: ink, titleColor: ink}};
        const whole = adapted(spec);
        // Panels do not fit their axes themselves: leave room for them.
        whole.width = whole.autosize === "pad" ? width - 90 : width;
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
          figure.reading.textContent = words(values[index]);
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
