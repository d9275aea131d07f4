using CanaryStreams.Engine.Journal;

namespace CanaryStreams.Engine.Tests.Journal;

public sealed class MemoryJournalTests : JournalContract
{
    protected override IJournal Create() => new MemoryJournal();
}
