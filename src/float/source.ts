import type { OpenTransport } from '../cdk/http/transport.ts';
import type { ConnectorSpecification, Source } from '../cdk/index.ts';
import type { FloatConfig } from './config.ts';
import { PACKAGE, readProjectFile } from './project-files.ts';

/**
 * The Float source. `transport`: sends the requests; default: HTTP.
 * Modules that `spec` does not need are loaded by import() on demand, so that `spec` is fast.
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
