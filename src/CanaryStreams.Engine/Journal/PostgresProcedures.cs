namespace CanaryStreams.Engine.Journal;

/// <summary>
/// What writes to several tables at once. Each is a procedure that commits by itself: the server has begun and ended the
/// transaction within one call, so a client that is frozen, killed or cut off at any moment can't leave a lock behind. (A
/// function wouldn't do: a statement that isn't in a procedure is committed when the client's end of the message arrives,
/// which may be never.) The claim is looked at under the lock of the partition's row, which <c>Claim</c> takes too.
/// </summary>
internal static class PostgresProcedures
{
    /// <remarks>
    /// A stream's row is locked as well, since a stream may move to another partition; locks are taken in the order of names. Two
    /// partitions that begin the same stream at once meet at the unique key of its events.
    /// </remarks>
    private const string Append = """
        CREATE PROCEDURE append_events(
            p_partition integer, p_claim bigint,
            s_stream text[], s_expected bigint[], s_version bigint[], s_closed_at bigint[],
            s_snapshot bytea[], s_snapshot_version bigint[], s_snapshot_checksum bigint[],
            e_stream text[], e_version bigint[], e_type text[], e_payload bytea[], e_checksum bigint[],
            INOUT outcome text, INOUT names text[]
        ) LANGUAGE plpgsql AS $procedure$
        BEGIN
            PERFORM FROM partitions WHERE partition = p_partition AND claim = p_claim FOR UPDATE;
            IF NOT FOUND THEN
                outcome := 'fenced';
                ROLLBACK;
                RETURN;
            END IF;
            PERFORM FROM streams WHERE stream = ANY (s_stream) ORDER BY stream FOR UPDATE;
            names := ARRAY(
                SELECT u.stream FROM unnest(s_stream, s_expected) WITH ORDINALITY AS u (stream, expected, n)
                LEFT JOIN streams s ON s.stream = u.stream LEFT JOIN archive a ON a.stream = u.stream
                WHERE coalesce(s.version, a.version, 0) <> u.expected ORDER BY u.n
            );
            IF cardinality(names) > 0 THEN
                outcome := 'conflict';
                ROLLBACK;
                RETURN;
            END IF;
            names := ARRAY(SELECT stream FROM archive WHERE stream = ANY (s_stream) ORDER BY stream);
            IF cardinality(names) > 0 THEN
                outcome := 'archived';
                ROLLBACK;
                RETURN;
            END IF;
            WITH written AS (
                INSERT INTO events (partition, stream, version, type, payload, checksum)
                SELECT p_partition, u.stream, u.version, u.type, u.payload, u.checksum
                FROM unnest(e_stream, e_version, e_type, e_payload, e_checksum)
                    WITH ORDINALITY AS u (stream, version, type, payload, checksum, n)
                ORDER BY u.n
                RETURNING stream, position
            )
            INSERT INTO streams AS s (stream, partition, version, first_position, last_position, closed_at,
                snapshot, snapshot_version, snapshot_checksum)
            SELECT u.stream, p_partition, u.version, coalesce(w.first_position, 9223372036854775807),
                coalesce(w.last_position, 0), u.closed_at, u.snapshot, u.snapshot_version, u.snapshot_checksum
            FROM unnest(s_stream, s_version, s_closed_at, s_snapshot, s_snapshot_version, s_snapshot_checksum)
                AS u (stream, version, closed_at, snapshot, snapshot_version, snapshot_checksum)
            LEFT JOIN (
                SELECT stream, min(position) AS first_position, max(position) AS last_position FROM written GROUP BY stream
            ) w ON w.stream = u.stream
            ON CONFLICT (stream) DO UPDATE SET
                partition = excluded.partition,
                version = excluded.version,
                last_position = greatest(s.last_position, excluded.last_position),
                closed_at = excluded.closed_at,
                snapshot = coalesce(excluded.snapshot, s.snapshot),
                snapshot_version =
                    CASE WHEN excluded.snapshot IS NULL THEN s.snapshot_version ELSE excluded.snapshot_version END,
                snapshot_checksum =
                    CASE WHEN excluded.snapshot IS NULL THEN s.snapshot_checksum ELSE excluded.snapshot_checksum END;
            outcome := 'appended';
            COMMIT;
        END
        $procedure$;

        """;

    /// <summary>Takes only what is still as it was when its events were read and packed.</summary>
    private const string Archive = """
        CREATE PROCEDURE archive_streams(
            p_partition integer, p_claim bigint,
            a_stream text[], a_version bigint[], a_closed_at bigint[], a_events bytea[],
            INOUT archived integer
        ) LANGUAGE plpgsql AS $procedure$
        BEGIN
            archived := 0;
            PERFORM FROM partitions WHERE partition = p_partition AND claim = p_claim FOR UPDATE;
            IF NOT FOUND THEN
                ROLLBACK;
                RETURN;
            END IF;
            PERFORM FROM streams WHERE stream = ANY (a_stream) ORDER BY stream FOR UPDATE;
            WITH taken AS (
                DELETE FROM streams s
                USING unnest(a_stream, a_version, a_closed_at, a_events) AS u (stream, version, closed_at, events)
                WHERE s.stream = u.stream AND s.version = u.version AND s.closed_at = u.closed_at
                    AND s.partition = p_partition
                RETURNING u.stream, u.version, u.closed_at, u.events
            ), emptied AS (
                DELETE FROM events e USING taken t WHERE e.stream = t.stream
            )
            INSERT INTO archive (stream, partition, version, closed_at, events)
            SELECT stream, p_partition, version, closed_at, events FROM taken;
            GET DIAGNOSTICS archived = ROW_COUNT;
            COMMIT;
        END
        $procedure$;

        """;

    /// <summary>The stream is as it was, and waits to be put away again. Does nothing under a claim that has ended.</summary>
    private const string Unarchive = """
        CREATE PROCEDURE unarchive_stream(
            p_partition integer, p_claim bigint, p_stream text, p_version bigint,
            e_position bigint[], e_version bigint[], e_type text[], e_payload bytea[], e_checksum bigint[]
        ) LANGUAGE plpgsql AS $procedure$
        DECLARE
            put_away record;
        BEGIN
            PERFORM FROM partitions WHERE partition = p_partition AND claim = p_claim FOR UPDATE;
            IF NOT FOUND THEN
                ROLLBACK;
                RETURN;
            END IF;
            DELETE FROM archive WHERE stream = p_stream AND version = p_version
                RETURNING partition, closed_at INTO put_away;
            IF FOUND THEN
                INSERT INTO events (position, partition, stream, version, type, payload, checksum)
                SELECT u.position, put_away.partition, p_stream, u.version, u.type, u.payload, u.checksum
                FROM unnest(e_position, e_version, e_type, e_payload, e_checksum)
                    AS u (position, version, type, payload, checksum);
                INSERT INTO streams (stream, partition, version, first_position, last_position, closed_at)
                SELECT p_stream, put_away.partition, p_version, min(position), max(position), put_away.closed_at
                FROM unnest(e_position) AS u (position);
            END IF;
            COMMIT;
        END
        $procedure$;

        """;

    public const string Script = Append + Archive + Unarchive;
}
