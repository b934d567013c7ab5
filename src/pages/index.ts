export {
  type ChartNames,
  grouped,
  type HeatMap,
  heatMap,
  PART_COLOURS,
  type StackedChart,
  stackedChart,
  tableBar,
} from './charts.ts';
