// Opens GraphiQL with one tab per page of a shop. The examples come from the server, which tests that they run.
// Subscriptions go over a WebSocket, with what the headers editor holds as the payload of `connection_init`.
const variantToWatch = () => fetch('/graphql', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    query: '{ products(sort: BEST_SELLING, first: 1) { edges { node { defaultVariant { id } } } } }',
  }),
}).then((answer) => answer.json()).then(({ data }) => data.products.edges[0].node.defaultVariant.id).catch(() => null);

Promise.all([
  fetch('/static/graphiql/examples.json').then((answer) => answer.json()),
  variantToWatch(),
]).then(([examples, variant]) => {
  const root = ReactDOM.createRoot(document.getElementById('graphiql'));
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const asText = (given) => JSON.stringify(given, null, 2).replaceAll('"VARIANT"', JSON.stringify(variant ?? 'VARIANT'));
  root.render(React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql', subscriptionUrl: `${scheme}//${location.host}/graphql` }),
    defaultTabs: examples.map(({ query, variables, headers }) => ({
      query,
      variables: variables ? asText(variables) : '',
      headers: headers ? JSON.stringify(headers, null, 2) : '',
    })),
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: false,
    isHeadersEditorEnabled: true,
  }));
});
