import { launch } from 'source-float/cdk';
import { restTableSource } from './source.ts';
import { TABLE } from './table.ts';

await launch(restTableSource(TABLE));
