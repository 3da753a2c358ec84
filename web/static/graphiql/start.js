// Opens GraphiQL with one tab per page of a shop. The examples come from the server, which tests that they run.
fetch('/static/graphiql/examples.json').then((answer) => answer.json()).then((examples) => {
  const root = ReactDOM.createRoot(document.getElementById('graphiql'));
  root.render(React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
    defaultTabs: examples.map(({ query, variables, headers }) => ({
      query,
      variables: variables ? JSON.stringify(variables, null, 2) : '',
      headers: headers ? JSON.stringify(headers, null, 2) : '',
    })),
    defaultEditorToolsVisibility: 'variables',
    shouldPersistHeaders: false,
    isHeadersEditorEnabled: true,
  }));
});
