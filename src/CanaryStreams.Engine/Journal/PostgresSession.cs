namespace CanaryStreams.Engine.Journal;

/// <summary>What every session is set to, whatever the server's own defaults are.</summary>
internal static class PostgresSession
{
    public static string Settings(string schema, bool isReadOnly) =>
        $"""
            SELECT
                set_config('search_path', '{schema}', false),
                set_config('default_transaction_read_only', '{(isReadOnly ? "on" : "off")}', false),
                -- An append is durable when it returns. A stronger setting (remote_apply) is left as it is.
                set_config('synchronous_commit',
                    CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false),
                -- Nobody holds a lock for longer than a transaction on the server takes; what waits for longer asks again.
                set_config('lock_timeout', '10s', false),
                -- Only reading and migrating keep a transaction open between statements; a reader that was frozen there is let go.
                set_config('idle_in_transaction_session_timeout', '60s', false),
                -- None: it would end a commit's wait for a standby, and the commit would stand without it. The client gives up
                -- by itself, and lock_timeout bounds the only wait that isn't for disks.
                set_config('statement_timeout', '0', false),
                -- The server lets go of a client whose machine is gone after a minute, and not after two hours.
                set_config('tcp_keepalives_idle', '30', false),
                set_config('tcp_keepalives_interval', '10', false),
                set_config('tcp_keepalives_count', '3', false)
            """;
}
