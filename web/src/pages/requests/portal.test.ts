import { expect, test } from 'vitest'
import { cliProfile, consoleLink, profileName } from './portal'

const role = {
  accountId: '111122223333',
  accountName: 'Größe & Co',
  permissionSetArn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
  permissionSetName: 'Read+Only',
}

test('the console is opened through the portal that the deployment names', () => {
  const link = consoleLink({ portalUrl: 'https://d-1.awsapps.com/start' }, role)
  expect(link).toBe('https://d-1.awsapps.com/start#/console?account_id=111122223333&role_name=Read%2BOnly')
})

test('an address that is no https one is no link', () => {
  expect(consoleLink({}, role)).toBeUndefined()
  expect(consoleLink({ portalUrl: 'javascript:alert(1)' }, role)).toBeUndefined()
  expect(consoleLink({ portalUrl: 'http://portal.example.com' }, role)).toBeUndefined()
  expect(consoleLink({ portalUrl: 'no address' }, role)).toBeUndefined()
})

test('a profile is named by what a shell takes as it is', () => {
  expect(profileName(role)).toMatch(/^[\w-]+$/)
  expect(profileName({ ...role, accountName: '$(x)' })).toBe('x-read-only')
  expect(cliProfile({ portalUrl: 'https://p', ssoRegion: 'eu-west-1' }, role)).toContain('sso_role_name = Read+Only')
})
