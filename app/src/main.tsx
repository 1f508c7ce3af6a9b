import 'maplibre-gl/dist/maplibre-gl.css';
import 'uplot/dist/uPlot.min.css';
import { render } from 'preact';
import { App } from './app.js';
import { createExplorer } from './state/explorer.js';
import { readSession } from './state/session.js';

const session = await readSession();
render(<App explorer={createExplorer()} session={session} />, document.getElementById('app')!);
