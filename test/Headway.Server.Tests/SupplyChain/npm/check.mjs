// Reads bundles with sigstore's own library and validates bills of materials with CycloneDX's own schema.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

const [key, ...bundles] = process.argv.slice(2);
const publicKey = createPublicKey(readFileSync(key));
const trust = toTrustMaterial(
    { mediaType: '', tlogs: [], ctlogs: [], certificateAuthorities: [], timestampAuthorities: [] },
    () => ({ publicKey, validFor: () => true }));
const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
for (const file of bundles) {
    const bundle = bundleFromJSON(JSON.parse(readFileSync(file)));
    verifier.verify(toSignedEntity(bundle));
    const statement = JSON.parse(bundle.content.dsseEnvelope.payload);
    console.log(`verified ${statement.predicateType}`);
    if (statement.predicateType !== 'https://cyclonedx.org/bom') continue;
    const problem = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(statement.predicate));
    if (problem) throw new Error(JSON.stringify(problem));
    console.log('valid CycloneDX');
}
