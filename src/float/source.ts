import type { OpenTransport } from '../cdk/http/transport.ts';
import type { ConnectorSpecification, Source } from '../cdk/index.ts';
import type { FloatConfig } from './config.ts';
import { PACKAGE, readProjectFile } from './project-files.ts';

/**
 * The Float source. `transport`: how requests travel, HTTP unless told otherwise.
 * What only some verbs need is loaded by them, so that `spec` starts as fast as Node does.
 */
export function createFloatSource(transport?: OpenTransport): Source<FloatConfig> {
  const specification = (): Promise<ConnectorSpecification> => readProjectFile('spec.json');
  return {
    name: PACKAGE.name,
    version: PACKAGE.version,
    specification,

    async configure(raw, { clock }) {
      const [{ parseConfig }, { connectionSpecification }] = await Promise.all([
        import('./config.ts'),
        specification(),
      ]);
      return parseConfig(raw, connectionSpecification, clock.now());
    },

    async open(config, context, names) {
      const { connect } = await import('./connect.ts');
      return connect(config, context, transport, names);
    },
  };
}

export const floatSource = createFloatSource();
