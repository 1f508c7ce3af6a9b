import { describe, expect, it } from 'vitest';
import { readProjectionCode, readProjectionText } from './projection-text.js';

const GREENWICH = 'PRIMEM["Greenwich",0]';
const DEGREE = 'UNIT["degree",0.0174532925199433]';
const ETRS89 =
  'GEOGCS["ETRS89",DATUM["European_Terrestrial_Reference_System_1989",SPHEROID["GRS 1980",6378137,298.257222101]],' +
  `${GREENWICH},${DEGREE}]`;
const ED50 =
  'GEOGCS["ED50",DATUM["European_Datum_1950",SPHEROID["International 1924",6378388,297]],' +
  `${GREENWICH},${DEGREE}]`;
const PARIS =
  'GEOGCS["NTF (Paris)",DATUM["Nouvelle_Triangulation_Francaise_Paris",' +
  'SPHEROID["Clarke 1880 (IGN)",6378249.2,293.466021293627]],PRIMEM["Paris",2.33722917],UNIT["grad",0.0157079632679489]]';
const utm33 = (geographic: string) =>
  `PROJCS["UTM zone 33N",${geographic},PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],` +
  'PARAMETER["central_meridian",15],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],' +
  'PARAMETER["false_northing",0],UNIT["metre",1]]';

describe('readProjectionText', () => {
  it('takes degrees on a modern datum as they are, and metres as PROJ does', () => {
    expect(readProjectionText(ETRS89, 'a.prj')).toEqual({ system: 'degrees', description: 'ETRS89' });
    const { system, warning, toDegrees } = readProjectionText(utm33(ETRS89), 'a.prj');
    expect([system, warning]).toEqual(['projected', undefined]);
    // gdaltransform -s_srs EPSG:25833 -t_srs OGC:CRS84
    const [longitude, latitude] = toDegrees!(400_000, 4_200_000);
    expect(longitude).toBeCloseTo(13.86192606806, 9);
    expect(latitude).toBeCloseTo(37.9420853207644, 9);
  });

  it('says where an old datum leaves the places off, in degrees and in metres', () => {
    for (const text of [ED50, utm33(ED50)]) {
      expect(readProjectionText(text, 'a.prj').warning).toMatch(/may be off by some hundred metres/);
    }
    const geographic = {
      type: 'GeographicCRS',
      name: 'ED50',
      datum: { name: 'European Datum 1950', ellipsoid: { semi_major_axis: 6378388 } },
    };
    expect(readProjectionText(geographic, 'a.parquet').warning).toMatch(/^The places are in "ED50"/);
  });

  it('refuses an oblique Mercator whose azimuth is not understood, which would be turned round', () => {
    const parameter = (name: string, value: number, unit: string) => ({ name, value, unit });
    const swiss = {
      type: 'ProjectedCRS',
      name: 'CH1903+ / LV95',
      base_crs: {
        name: 'CH1903+',
        datum: {
          type: 'GeodeticReferenceFrame',
          name: 'CH1903+',
          ellipsoid: { name: 'Bessel 1841', semi_major_axis: 6377397.155, inverse_flattening: 299.1528128 },
        },
        coordinate_system: { subtype: 'ellipsoidal', axis: [] },
      },
      conversion: {
        name: 'Swiss Oblique Mercator 1995',
        method: { name: 'Hotine Oblique Mercator (variant B)', id: { authority: 'EPSG', code: 9815 } },
        parameters: [
          parameter('Latitude of projection centre', 46.9524055555556, 'degree'),
          parameter('Longitude of projection centre', 7.43958333333333, 'degree'),
          parameter('Azimuth of initial line', 90, 'degree'),
          parameter('Angle from Rectified to Skew Grid', 90, 'degree'),
          parameter('Scale factor on initial line', 1, 'unity'),
          parameter('Easting at projection centre', 2600000, 'metre'),
          parameter('Northing at projection centre', 1200000, 'metre'),
        ],
      },
      coordinate_system: {
        subtype: 'Cartesian',
        axis: [
          { name: 'Easting', abbreviation: 'E', direction: 'east', unit: 'metre' },
          { name: 'Northing', abbreviation: 'N', direction: 'north', unit: 'metre' },
        ],
      },
      id: { authority: 'EPSG', code: 2056 },
    };
    expect(() => readProjectionText(swiss, 'a.parquet')).toThrow(/2056" is not known here/);
  });

  it('says nothing where the way from the old datum is known', () => {
    const shifted = ED50.replace('297]],', '297],TOWGS84[-87,-98,-121,0,0,0,0]],');
    expect(readProjectionText(utm33(shifted), 'a.prj').warning).toBeUndefined();
  });

  it('refuses degrees that are counted from Paris or in grads, which would be hundreds of kilometres off', () => {
    const refusal = 'map.gpkg: The projection "NTF (Paris)" is not known here.';
    expect(() => readProjectionText(PARIS, 'map.gpkg')).toThrow(refusal);
    expect(() => readProjectionText(utm33(PARIS), 'map.gpkg')).toThrow(/"UTM zone 33N" is not known here/);
    expect(() => readProjectionText(ETRS89.replace('degree', 'grad'), 'a')).toThrow(/is not known here/);
    const primeMeridian = { name: 'Paris', longitude: { value: 2.5969213, unit: 'grad' } };
    const definition = {
      type: 'GeographicCRS',
      name: 'NTF (Paris)',
      datum: { prime_meridian: primeMeridian },
    };
    expect(() => readProjectionText(definition, 'map.gpkg')).toThrow(refusal);
  });
});

describe('readProjectionCode', () => {
  it('knows the degrees of WGS84 and ETRS89, and the projections of createToDegrees', () => {
    for (const code of [4326, 4258]) {
      expect(readProjectionCode(code, 'a')).toEqual({ system: 'degrees', description: `EPSG:${code}` });
    }
    expect(readProjectionCode(3035, 'a').system).toBe('projected');
  });

  it('names the file whose projection it does not know, and what to do', () => {
    expect(() => readProjectionCode(2154, 'a.geojson')).toThrow(
      'a.geojson: The projection "EPSG:2154" is not known here.\nConvert the file to WGS84 degrees',
    );
  });
});
