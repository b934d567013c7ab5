export { openedPages } from './browse-pages.ts';
export {
  type ChartNames,
  type HeatMap,
  heatMap,
  PART_COLOURS,
  type StackedChart,
  stackedChart,
  tableBar,
} from './charts.ts';
export { eventPage, eventSections } from './event-page.ts';
export { reportPage } from './report.ts';
export { type VerifiedLake, verificationJson, verificationPage } from './verification.ts';
