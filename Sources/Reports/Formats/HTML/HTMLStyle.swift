// How the page looks: one sheet, two palettes, nothing from the network.

/// The style sheet. Colours are named by what they mean; none of them is ever the only sign of it.
enum HTMLStyle {
  static let sheet: StaticString = #"""
    :root {
      color-scheme: light;
      --page: #fff; --raised: #fff; --sunken: #f6f7f9; --line: #e4e7eb; --line-strong: #cfd4db;
      --ink: #14161a; --soft: #545b67; --faint: #6b7280; --link: #3d4db8; --focus: #5b6ee1;
      --good: #14774a; --good-tint: #e8f5ee; --good-fill: #35a06f;
      --bad: #b92b27; --bad-tint: #fdefee; --bad-fill: #dd5a52;
      --warn: #8a5a00; --warn-tint: #fdf4de; --warn-fill: #d49a1c;
      --calm: #475068; --calm-tint: #eef0f5; --calm-fill: #8a94ab;
      --sans: Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
      --mono: ui-monospace, SFMono-Regular, "JetBrains Mono", Menlo, Consolas, "Liberation Mono", monospace;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root:not([data-theme="light"]) {
        color-scheme: dark;
        --page: #0d0e11; --raised: #14161a; --sunken: #1a1d23; --line: #26292f; --line-strong: #3a3f48;
        --ink: #ebedf0; --soft: #a2a9b5; --faint: #8a919e; --link: #9aa8ff; --focus: #8494ff;
        --good: #56c88f; --good-tint: #10241a; --good-fill: #3aa372;
        --bad: #ff8a80; --bad-tint: #2c1516; --bad-fill: #d9534c;
        --warn: #e8b64c; --warn-tint: #292011; --warn-fill: #c0902a;
        --calm: #b4bccd; --calm-tint: #1d2027; --calm-fill: #6d7689;
      }
    }
    @media screen {
      :root[data-theme="dark"] {
        color-scheme: dark;
        --page: #0d0e11; --raised: #14161a; --sunken: #1a1d23; --line: #26292f; --line-strong: #3a3f48;
        --ink: #ebedf0; --soft: #a2a9b5; --faint: #8a919e; --link: #9aa8ff; --focus: #8494ff;
        --good: #56c88f; --good-tint: #10241a; --good-fill: #3aa372;
        --bad: #ff8a80; --bad-tint: #2c1516; --bad-fill: #d9534c;
        --warn: #e8b64c; --warn-tint: #292011; --warn-fill: #c0902a;
        --calm: #b4bccd; --calm-tint: #1d2027; --calm-fill: #6d7689;
      }
    }

    *, ::before, ::after { box-sizing: border-box; }
    html { scroll-padding-top: 72px; -webkit-text-size-adjust: 100%; }
    @media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
    body {
      margin: 0; background: var(--page); color: var(--ink); font: 15px/1.6 var(--sans);
      -webkit-font-smoothing: antialiased; text-rendering: optimizeLegibility; overflow-wrap: break-word;
    }
    h1, h2, h3, h4, p, ul, ol, dl, dd, figure, table, pre { margin: 0; padding: 0; }
    ul, ol { list-style: none; }
    a { color: var(--link); text-decoration: none; text-underline-offset: 3px; }
    a:hover { text-decoration: underline; }
    :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
    code, .mono { font-family: var(--mono); font-size: .88em; overflow-wrap: anywhere; }
    bdi { overflow-wrap: anywhere; }
    .quiet { color: var(--soft); } .number { font-variant-numeric: tabular-nums; }
    .hidden-text {
      position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
    }
    .skip { position: absolute; left: 16px; top: -60px; z-index: 9; background: var(--raised); padding: 8px 14px; border-radius: 8px; }
    .skip:focus { top: 10px; }
    .width { max-width: 1112px; margin-inline: auto; padding-inline: 36px; }

    /* The bar on top */
    .bar-top { position: sticky; top: 0; z-index: 5; background: var(--page); border-bottom: 1px solid var(--line); }
    .bar-top .width { display: flex; align-items: center; gap: 20px; height: 56px; }
    .brand { display: flex; align-items: center; gap: 9px; font-weight: 600; letter-spacing: -.01em; }
    .brand svg { width: 20px; height: 20px; }
    .bar-top nav { flex: 1; min-width: 0; overflow-x: auto; scrollbar-width: none; }
    .bar-top nav ul { display: flex; gap: 2px; justify-content: flex-end; width: max-content; min-width: 100%; }
    .bar-top nav a { display: block; padding: 5px 10px; border-radius: 7px; color: var(--soft); font-size: 13.5px; white-space: nowrap; }
    .bar-top nav a:hover { background: var(--sunken); color: var(--ink); text-decoration: none; }
    .theme { flex: none; }
    button, select, input { font: inherit; color: inherit; }
    .theme button {
      display: grid; place-items: center; width: 32px; height: 32px; border: 1px solid var(--line); border-radius: 8px;
      background: none; cursor: pointer; color: var(--soft);
    }
    .theme button:hover { color: var(--ink); border-color: var(--line-strong); }
    .theme svg { width: 16px; height: 16px; }

    /* The verdict */
    .verdict { padding-block: 64px 44px; }
    .eyebrow { font-size: 13.5px; color: var(--soft); }
    .verdict h1 { display: flex; align-items: center; gap: 16px; margin: 10px 0 18px; font-size: 52px; line-height: 1.08; font-weight: 650; letter-spacing: -.035em; }
    .verdict h1 svg { flex: none; width: 44px; height: 44px; }
    .is-failed { color: var(--bad); } .is-passed { color: var(--good); } .is-warned, .is-undecided { color: var(--warn); }
    .lead { max-width: 50em; font-size: 20px; line-height: 1.5; letter-spacing: -.012em; text-wrap: pretty; }
    .lead a { font-weight: 600; color: inherit; text-decoration: underline; text-decoration-color: var(--line-strong); text-decoration-thickness: 2px; }
    .verdict .more { margin-top: 10px; color: var(--soft); max-width: 50em; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); margin-top: 44px; overflow: hidden; border-block: 1px solid var(--line); }
    .figures > div { padding: 20px 20px 20px 0; box-shadow: -1px -1px 0 var(--line); }
    .figures > div + div { padding-left: 20px; }
    .figures dt { font-size: 13.5px; color: var(--soft); }
    .figures dd { font-variant-numeric: tabular-nums; }
    .figures .value { margin-top: 4px; font-size: 30px; line-height: 1.2; font-weight: 600; letter-spacing: -.03em; }
    .figures .note { font-size: 13.5px; color: var(--soft); }
    .sides { display: grid; grid-template-columns: 1fr 28px 1fr; align-items: center; gap: 16px; margin-top: 28px; }
    .sides > svg { width: 28px; color: var(--faint); }
    .side { min-width: 0; padding: 16px 18px; border: 1px solid var(--line); border-radius: 12px; background: var(--raised); }
    .side .role { font-size: 13px; color: var(--soft); }
    .side .model { font-size: 17px; font-weight: 600; letter-spacing: -.015em; }
    .side .facts { font-size: 13px; color: var(--soft); }

    /* Sections */
    section.part { padding-block: 52px; border-top: 1px solid var(--line); }
    .verdict + .width > section.part { border-top: 0; padding-top: 20px; }
    .part > h2 { font-size: 24px; line-height: 1.25; font-weight: 620; letter-spacing: -.022em; }
    .part > .intro { margin-top: 6px; color: var(--soft); max-width: 44em; text-wrap: pretty; }
    h3 { font-size: 17px; font-weight: 600; letter-spacing: -.012em; }
    h4 { font-size: 14px; font-weight: 600; }
    .rest { margin-top: 16px; padding: 10px 14px; border-radius: 9px; background: var(--sunken); color: var(--soft); font-size: 14px; }

    /* Marks of a state: a sign, a word and a colour */
    .mark { display: inline-flex; align-items: center; gap: 6px; padding: 2px 9px 2px 7px; border-radius: 99px; font-size: 12.5px; font-weight: 550; line-height: 1.5; white-space: nowrap; background: var(--calm-tint); color: var(--calm); }
    .mark svg { width: 12px; height: 12px; flex: none; }
    .mark.good { background: var(--good-tint); color: var(--good); }
    .mark.bad { background: var(--bad-tint); color: var(--bad); }
    .mark.warn { background: var(--warn-tint); color: var(--warn); }

    /* Budgets */
    .budgets { margin-top: 26px; border-block: 1px solid var(--line); }
    .budgets li { display: grid; grid-template-columns: 108px minmax(0, 1fr) minmax(0, 340px); gap: 6px 20px; padding-block: 20px; }
    .budgets li + li { border-top: 1px solid var(--line); }
    .budgets li:target { background: var(--sunken); box-shadow: 0 0 0 12px var(--sunken); border-radius: 2px; }
    .budgets h3 { font-size: 15px; } .budgets h3 .on { font-weight: 400; color: var(--soft); }
    .budgets .reason { font-size: 14px; color: var(--soft); max-width: 44em; text-wrap: pretty; }
    .budgets .levels { display: flex; justify-content: space-between; gap: 12px; font-size: 13px; font-variant-numeric: tabular-nums; color: var(--soft); line-height: 1.4; }
    .budgets .levels b { font-size: 15px; font-weight: 600; color: var(--ink); }
    .bar { display: block; width: 100%; height: 22px; margin: 2px 0; overflow: visible; }
    .bar .track { fill: var(--calm-tint); } .bar .zero { fill: var(--line-strong); }
    .bar .good { fill: var(--good-fill); } .bar .bad { fill: var(--bad-fill); } .bar .warn { fill: var(--warn-fill); } .bar .calm { fill: var(--calm-fill); }
    .bar .limit { fill: var(--ink); } .bar .reach { fill: var(--ink); fill-opacity: .55; }
    details.more { margin-top: 14px; }
    details.more > summary { color: var(--soft); font-size: 14px; }
    summary { cursor: pointer; }

    /* Findings */
    .findings { display: grid; gap: 10px; margin-top: 24px; }
    .findings li { display: grid; grid-template-columns: 108px minmax(0, 1fr); gap: 4px 20px; }
    .findings p { max-width: 50em; }

    /* Tables */
    .scroll { overflow-x: auto; margin-top: 16px; }
    table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
    caption { padding-bottom: 8px; text-align: left; font-size: 13px; color: var(--soft); }
    th, td { padding: 9px 14px 9px 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
    thead th { font-size: 13px; font-weight: 500; color: var(--soft); white-space: nowrap; }
    tbody th { font-weight: 500; min-width: 8.5em; } td { min-width: 7em; } td.n { min-width: 0; }
    th.n, td.n { text-align: right; white-space: nowrap; }
    th:last-child, td:last-child { padding-right: 2px; }
    td .range { display: block; font-size: 12.5px; color: var(--soft); }
    th button { all: unset; cursor: pointer; display: inline-flex; gap: 4px; align-items: baseline; }
    th button:hover { color: var(--ink); }
    th button:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
    th button::after { content: "↕"; font-size: 11px; opacity: .45; }
    th[aria-sort="ascending"] button::after { content: "↑"; opacity: 1; }
    th[aria-sort="descending"] button::after { content: "↓"; opacity: 1; }

    /* Tasks */
    .task { margin-top: 30px; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); }
    .task > summary, .task > header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 4px 20px; padding: 18px 22px; }
    .task > summary { list-style: none; } .task > summary::-webkit-details-marker { display: none; }
    .task[open] > summary { border-bottom: 1px solid var(--line); } .task > header { border-bottom: 1px solid var(--line); }
    .task h4 { margin-bottom: 10px; }
    .task .means { font-variant-numeric: tabular-nums; color: var(--soft); font-size: 14px; }
    .task .means b { color: var(--ink); font-weight: 600; }
    .task .body { padding: 22px; display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 30px 34px; }
    .task .wide { grid-column: 1 / -1; }
    .matrix { border-collapse: separate; border-spacing: 4px; table-layout: fixed; margin: 0 -4px; }
    .matrix caption { padding-inline: 4px; }
    .matrix th, .matrix td { border: 0; padding: 12px 14px; }
    .matrix thead th { padding-block: 0 2px; } .matrix thead td { padding: 0; width: 92px; }
    .matrix tbody th { padding-left: 0; width: 92px; font-size: 13px; color: var(--soft); }
    .matrix tbody td { border-radius: 9px; background: var(--sunken); }
    .matrix td .value { display: block; font-size: 24px; line-height: 1.2; font-weight: 600; letter-spacing: -.025em; }
    .matrix td .note { display: block; font-size: 12.5px; line-height: 1.45; color: var(--soft); }
    .matrix td.bad { background: var(--bad-tint); } .matrix td.bad .value, .matrix td.bad .word { color: var(--bad); }
    .matrix td.good { background: var(--good-tint); } .matrix td.good .value, .matrix td.good .word { color: var(--good); }
    .facts-list { display: grid; grid-template-columns: auto 1fr; gap: 5px 20px; font-size: 14px; }
    .facts-list dt { color: var(--soft); } .facts-list dd { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }

    /* Plots */
    figure figcaption { font-size: 13px; color: var(--soft); margin-bottom: 10px; max-width: 46em; text-wrap: pretty; }
    figure figcaption b { color: var(--ink); font-weight: 600; font-size: 14px; }
    .plot { display: block; width: 100%; overflow: visible; font-family: var(--sans); font-size: 12px; font-variant-numeric: tabular-nums; }
    .plot text { fill: var(--soft); } .plot .strong { fill: var(--ink); font-weight: 600; }
    .plot .grid { stroke: var(--line); stroke-width: 1; } .plot .axis { stroke: var(--line-strong); stroke-width: 1; }
    .plot .good { fill: var(--good-fill); } .plot .bad { fill: var(--bad-fill); } .plot .calm { fill: var(--calm-fill); }
    .plot .field { fill: var(--sunken); }
    .plot .curve { fill: none; stroke: var(--link); stroke-width: 2; stroke-linejoin: round; }
    .plot .second { stroke: var(--warn-fill); stroke-dasharray: 5 3; }
    .plot .text-good { fill: var(--good); } .plot .text-bad { fill: var(--bad); }
    .beside { display: grid; grid-template-columns: minmax(0, 430px) minmax(0, 1fr); gap: 24px 40px; align-items: center; }
    .beside .plot { max-width: 430px; }
    .beside figcaption { order: 1; font-size: 14px; } .beside figcaption b { display: block; margin-bottom: 4px; }
    .beside figcaption ul { margin-top: 14px; } .beside figcaption li { padding-block: 7px; border-top: 1px solid var(--line); display: flex; justify-content: space-between; gap: 16px; font-variant-numeric: tabular-nums; }
    .beside figcaption li b { display: inline; margin: 0; }
    .key { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 8px; font-size: 13px; color: var(--soft); }
    .key span { display: inline-flex; align-items: center; gap: 7px; } .key svg { width: 22px; height: 8px; overflow: visible; }

    /* Items */
    .filters { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; margin: 22px 0 4px; }
    .filters[hidden] { display: none; }
    .filters label { flex: 0 1 auto; min-width: 0; }
    .filters select, .filters input {
      height: 36px; max-width: 100%; padding: 0 10px; border: 1px solid var(--line-strong); border-radius: 8px; background: var(--raised); font-size: 14px;
    }
    .filters select { max-width: 230px; }
    .filters .search { flex: 1 1 220px; } .filters input { width: 100%; }
    .filters output { margin-left: auto; font-size: 13.5px; color: var(--soft); font-variant-numeric: tabular-nums; }
    .items { margin-top: 18px; border-top: 1px solid var(--line); }
    .item { border-bottom: 1px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 58px; }
    .item[hidden] { display: none; }
    .item > summary { display: grid; grid-template-columns: 150px minmax(0, 1.1fr) minmax(0, 2fr) auto 14px; gap: 2px 18px; align-items: baseline; padding-block: 14px; list-style: none; }
    .item > summary::-webkit-details-marker { display: none; }
    .item > summary::after { content: ""; width: 7px; height: 7px; border: solid var(--faint); border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg); align-self: center; }
    .item[open] > summary::after { transform: rotate(45deg); }
    .item > summary:hover .name { color: var(--link); }
    .item .name { font-weight: 550; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .item .of { color: var(--soft); font-size: 13px; }
    .item .gist { color: var(--soft); font-size: 14px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .item .gist .to { color: var(--ink); }
    .item .lead-by { font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
    .item:target { background: linear-gradient(90deg, var(--calm-tint), transparent 60%); }
    .item .inside { padding: 4px 0 30px; display: grid; gap: 18px; }
    .pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 14px; }
    .answer { border: 1px solid var(--line); border-radius: 11px; overflow: hidden; background: var(--raised); min-width: 0; }
    .answer.target { grid-column: 1 / -1; }
    .answer > h4 { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 4px 12px; padding: 9px 14px; border-bottom: 1px solid var(--line); font-size: 13px; font-weight: 550; color: var(--soft); }
    .answer > h4 .mark { background: none; padding: 0; }
    .answer .words { padding: 13px 15px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 14.5px; line-height: 1.65; }
    .answer .cut { padding: 0 15px 12px; font-size: 13px; color: var(--soft); }
    .answer .held { padding: 10px 15px; border-top: 1px solid var(--line); font-size: 13.5px; color: var(--soft); overflow-wrap: anywhere; } .held bdi { color: var(--ink); }
    .empty-text { color: var(--faint); font-style: italic; }
    mark { color: inherit; border-radius: 3px; padding-block: 1px; text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 3px; }
    mark.old { background: var(--calm-tint); text-decoration-style: dotted; text-decoration-color: var(--calm-fill); }
    mark.new { background: var(--warn-tint); text-decoration-color: var(--warn-fill); }
    .first-place { display: inline-block; width: 0; height: 1.1em; margin-right: 3px; border-left: 3px solid var(--bad-fill); vertical-align: -0.2em; border-radius: 2px; }
    .tags { display: flex; flex-wrap: wrap; gap: 6px 10px; font-size: 13px; color: var(--soft); align-items: center; }
    .tags code { padding: 1px 7px; border-radius: 6px; background: var(--sunken); }
    .choices th { font-weight: 400; min-width: 220px; } .choices .mark { margin: 1px 4px 1px 0; }
    .choices tr.chosen th { font-weight: 550; }

    /* Provenance */
    .provenance td { overflow-wrap: anywhere; } .provenance tbody th { white-space: nowrap; font-weight: 400; color: var(--soft); }
    .provenance .differs td { font-weight: 550; }
    footer { padding-block: 32px 60px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13.5px; }
    .block { margin-top: 34px; }

    @media (max-width: 860px) {
      .task .body, .beside { grid-template-columns: minmax(0, 1fr); } .beside figcaption { order: 0; }
      .budgets li { grid-template-columns: 108px minmax(0, 1fr); } .budgets .measure { grid-column: 2; margin-top: 6px; }
      .item > summary { grid-template-columns: 150px minmax(0, 1fr) auto 14px; }
      .item .gist { grid-column: 1 / -1; grid-row: 2; }
    }
    @media (max-width: 640px) {
      body { font-size: 15px; }
      .width { padding-inline: 20px; }
      .verdict { padding-block: 36px 30px; }
      .verdict h1 { font-size: 38px; gap: 12px; } .verdict h1 svg { width: 34px; height: 34px; }
      .lead { font-size: 17.5px; }
      .bar-top .width { gap: 12px; } .bar-top nav ul { justify-content: flex-start; }
      .figures { grid-template-columns: 1fr 1fr; margin-top: 30px; } .figures > div, .figures > div + div { padding: 14px 10px 14px 0; }
      .figures > div:nth-child(even) { padding-left: 14px; } .figures > div:last-child:nth-child(odd) { grid-column: 1 / -1; } .figures .value { font-size: 24px; }
      .sides { grid-template-columns: minmax(0, 1fr); gap: 8px; } .sides > svg { transform: rotate(90deg); justify-self: center; width: 22px; }
      section.part { padding-block: 38px; }
      .budgets li, .findings li { grid-template-columns: minmax(0, 1fr); } .budgets .measure { grid-column: 1; }
      .task > summary, .task > header, .task .body { padding: 16px; }
      .matrix thead td, .matrix tbody th { width: 74px; } .matrix th, .matrix td { padding: 10px; } .matrix tbody th { padding-left: 0; }
      .pair { grid-template-columns: minmax(0, 1fr); }
      .item > summary { grid-template-columns: minmax(0, 1fr) auto 14px; } .item .kind { grid-column: 1 / -1; } .item .gist { grid-row: 3; }
      .filters label, .filters select { flex: 1 1 44%; width: 100%; max-width: none; } .filters .search { flex-basis: 100%; } .filters output { margin: 0; }
      .facts-list { grid-template-columns: minmax(0, 1fr); gap: 0; } .facts-list dd { margin-bottom: 8px; }
    }
    @media print {
      body { font-size: 10.5pt; }
      .bar-top, .filters, .skip { display: none; }
      .width { max-width: none; padding: 0; }
      .verdict { padding-block: 0 20px; } section.part { padding-block: 22px; }
      .task .body { display: block; } .task .body > * + * { margin-top: 20px; }
      .beside { grid-template-columns: 260px minmax(0, 1fr); } .beside figcaption { order: 1; }
      .budgets li, .answer, .matrix, figure, tr { break-inside: avoid; } h2, h3, summary { break-after: avoid; }
      .item { content-visibility: visible; } details::details-content { content-visibility: visible; block-size: auto; }
      a { color: inherit; } * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
    }
    """#
}
