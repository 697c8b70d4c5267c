// Serves the GeoJSON files of the current folder as layers, at a port of the loopback interface that it prints.
// Koop knows no greatest number of rows an answer: MAX_RECORD_COUNT is enforced here, as real servers do.
const Koop = require('@koopjs/koop-core');
const provider = require('@koopjs/provider-file-geojson');

const most = Number(process.env.MAX_RECORD_COUNT);
const koop = new Koop({ logLevel: 'error' });

koop.server.use((request, response, next) => {
  const asked = request.method === 'POST' ? request.body : request.query;
  if (request.path.endsWith('/query') && !asked.returnCountOnly && !asked.outStatistics) {
    asked.resultRecordCount = Math.min(Number(asked.resultRecordCount) || most, most);
  }
  next();
});
koop.register(provider, { dataDir: '.' });

const server = koop.server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
// Ends with the test that started it, also where that one was killed.
process.stdin.resume().on('end', () => process.exit());
