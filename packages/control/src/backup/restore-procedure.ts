/**
 * `dr/restore-procedure.md`: what to do on the day, as it stood when the backup was made. A drill records its hash, so
 * that one can tell which procedure was practised.
 */
export const RESTORE_PROCEDURE = `# Restoring from this backup

1. Stop every process that uses the state directory: gateways, controllers, packagers, runners. Nobody may write to a
   ledger of which an older copy is about to serve.
2. Keep what is left: \`mv STATE STATE.lost\`. Records that were written after this backup are in it alone.
3. Look at this backup: \`tau-edge backup verify BACKUP\`. Exit code 4 names the first file that is not what it was; take
   an earlier backup then.
4. Restore as the account that will use it, into a directory that is empty or not there:
   \`tau-edge restore BACKUP --state-dir STATE\`. It appears whole or not at all.
5. Compare with \`dr/last-good.json\`: \`tau-edge history prod --state-dir STATE\` must name the same releases.
6. Where the backup was made without secrets: start the gateway with its configured credential, make links and tokens
   anew, and tell agents the new key of the gateway; a credential that was rotated away counts again, so configure
   another first. Where it was made with them: revoke what was revoked since.
7. \`tau-edge doctor --state-dir STATE\`, then start the controllers: \`tau-edge rollout run\`. Windows that were open are
   judged by what was counted until the backup, or hold until there is enough. Of a backup that is days old they are
   refused with \`clock_jump\`: \`tau-edge rollout pause ROLLOUT --reason TEXT\` and \`tau-edge rollout resume ROLLOUT\`
   vouch for the clock, and what is then too old to judge is rolled back.
   Numbers of rollouts that were lost are given again: restart whoever watches or reports on one of them.
8. Read \`dr/incident-timeline.json\` beside your own notes, and write down what was lost: everything that was
   acknowledged after the times in \`backup.json\`.
`;
