import { NO_CLASS_COLOUR, TREND_CLASSES, TREND_COLOURS } from '../series/trend-class.js';
import { escapeXml } from './xml-text.js';

const MARKER_SIZE_MM = '1.6';

/**
 * A QGIS style (`.qml`) that paints points by the text in a column: a small circle without outline for each of the
 * five classes, pale grey for everything else.
 */
export function buildQgisStyle(classColumn: string): string {
  const classes = [
    ...TREND_CLASSES.map((trend) => ({ value: trend as string, label: trend, colour: TREND_COLOURS[trend] })),
    { value: '', label: 'no class', colour: NO_CLASS_COLOUR },
  ];
  const categories = classes.map(
    ({ value, label }, index) =>
      `      <category type="string" value="${value}" label="${label}" symbol="${index}" render="true"/>`,
  );
  const symbols = classes.map(({ colour }, index) => describeMarker(index, colour));
  return `<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.28.0" styleCategories="Symbology">
  <renderer-v2 type="categorizedSymbol" attr="${escapeXml(classColumn)}" symbollevels="0" enableorderby="0" forceraster="0" referencescale="-1">
    <categories>
${categories.join('\n')}
    </categories>
    <symbols>
${symbols.join('\n')}
    </symbols>
    <rotation/>
    <sizescale/>
  </renderer-v2>
  <blendMode>0</blendMode>
  <featureBlendMode>0</featureBlendMode>
  <layerOpacity>1</layerOpacity>
  <layerGeometryType>0</layerGeometryType>
</qgis>
`;
}

function describeMarker(index: number, colour: string): string {
  const properties = {
    name: 'circle',
    color: describeColour(colour),
    outline_style: 'no',
    size: MARKER_SIZE_MM,
    size_unit: 'MM',
  };
  // QGIS reads the options since 3.26 and the props before.
  const options = Object.entries(properties).map(
    ([key, value]) => `            <Option type="QString" name="${key}" value="${value}"/>`,
  );
  const props = Object.entries(properties).map(([key, value]) => `          <prop k="${key}" v="${value}"/>`);
  return `      <symbol type="marker" name="${index}" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
          <Option type="Map">
${options.join('\n')}
          </Option>
${props.join('\n')}
        </layer>
      </symbol>`;
}

/** `#0072b2` as QGIS writes it: `0,114,178,255`. */
function describeColour(hex: string): string {
  const channels = [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
  return [...channels, 255].join(',');
}
