/** alarmKinds are the conditions that TEAM raises an alarm for. */
export const alarmKinds: Record<string, string> = {
  'removal-failing': 'Access cannot be removed',
  'removed-outside': 'Access was removed outside TEAM',
  'ownership-assumed': 'Found what was being created',
  unusable: 'Left over and unusable',
  'activation-failed': 'Access could not be given',
  'clock-skew': 'Clock is off',
  recovery: 'Recovery mode',
  'sync-failing': 'Directory cannot be read',
  'passkey-copied': 'Passkey may be copied',
  certificate: 'TLS certificate',
  'access-log': 'Access log cannot be written',
  'identity-waiting': 'Identity waits for a word',
}
