import { expect, test } from 'vitest'
import { denialIn } from './denial'

test.each([
  [
    'An error occurred (AccessDenied) when calling the DeleteBucket operation: User: arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0123456789abcdef/rita is not authorized to perform: s3:DeleteBucket on resource: arn:aws:s3:::logs',
    { accountId: '111122223333', role: 'ReadOnly' },
  ],
  // Who was refused decides, not whose resource it was.
  [
    'User: arn:aws:iam::111122223333:user/x is not authorized on arn:aws:sqs:eu-west-1:444455556666:q AccessDenied',
    { accountId: '111122223333' },
  ],
  ['arn:aws-cn:lambda:cn-north-1:111122223333:function:f', { accountId: '111122223333' }],
  ['https://111122223333-abcdef.eu-central-1.console.aws.amazon.com/ec2/home', { accountId: '111122223333' }],
  [
    'https://d-1.awsapps.com/start/#/console?account_id=111122223333&role_name=Admin.Role',
    { accountId: '111122223333', role: 'Admin.Role' },
  ],
])('what was refused is read from %s', (text, want) => {
  expect(denialIn(text)).toEqual(want)
})

test.each([
  '',
  '111122223333',
  'billing prod',
  'AccessDenied, and no account in it',
  'https://example.com/111122223333',
])('words of a search are nothing of the kind: %s', text => {
  expect(denialIn(text)).toBeUndefined()
})
