/** The regions of `region_selection`, and the one that each smart group stands for here. */
export const REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-east-1',
  'ap-southeast-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-southeast-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'eu-central-1',
  'eu-central-2',
  'ca-central-1',
  'ap-south-1',
  'sa-east-1',
] as const

export const SMART_GROUPS = { americas: 'us-east-1', emea: 'eu-central-1', apac: 'ap-southeast-1' } as const

export const DEFAULT_REGION = 'eu-north-1'
