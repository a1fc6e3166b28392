/** Names and numbers of item categories and field types. */

/** Category names as the SDK has them (`ItemCategory`), with the template ids of the wire. */
export const TEMPLATES = {
  Login: '001',
  CreditCard: '002',
  SecureNote: '003',
  Identity: '004',
  Password: '005',
  Document: '006',
  SoftwareLicense: '100',
  Database: '102',
  Server: '110',
  ApiCredentials: '112',
  SshKey: '114',
} as const;

export type Category = keyof typeof TEMPLATES;

/** The category of a template id; a Login for those not listed. */
export function categoryOfTemplate(templateId: string): Category {
  const entry = Object.entries(TEMPLATES).find(([, id]) => id === templateId);
  return (entry?.[0] ?? 'Login') as Category;
}

/** Field types as the SDK has them (`ItemFieldType`), with kind and id prefix as `items.create` writes them. */
export const FIELD_KINDS = {
  Text: ['string', ''],
  Concealed: ['concealed', ''],
  Url: ['URL', ''],
  Email: ['email', ''],
  Menu: ['menu', ''],
  Reference: ['reference', ''],
  Totp: ['concealed', 'TOTP_'],
  SshKey: ['sshKey', ''],
} as const;

export type FieldType = keyof typeof FIELD_KINDS;
