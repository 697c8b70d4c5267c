// Expressions are read, not compiled: pages that allow no code made from text show the figure too.
window.draw = (at, spec) => vegaEmbed(at, spec, { actions: false, renderer: "svg", ast: true });
