using System.Collections.Concurrent;

namespace RealtimeTours.Platform.Backplane;

/// <summary>
/// Questions to all nodes of which at most one can say yes. Redis tells how many nodes a question reached, and every node answers, so the
/// asker knows at once that nobody has the connection and need not wait for the time-out.
/// </summary>
internal sealed class RedisAcks
{
    private readonly ConcurrentDictionary<long, Question> _open = new();
    private long _last;

    public long Open()
    {
        var id = Interlocked.Increment(ref _last);
        _open[id] = new Question();
        return id;
    }

    public void Yes(long id, Guid node)
    {
        if (_open.TryGetValue(id, out var question)) question.Answer.TrySetResult(node);
    }

    public void No(long id)
    {
        if (_open.TryGetValue(id, out var question)) question.No();
    }

    /// <summary>How many nodes got the question; answers may have come before Redis said so.</summary>
    public void Reached(long id, long nodes)
    {
        if (_open.TryGetValue(id, out var question)) question.Reached(nodes);
    }

    /// <summary>The node that said yes; null when all said no.</summary>
    /// <exception cref="TimeoutException">A node that got the question did not answer in time.</exception>
    public Task<Guid?> AnswerAsync(long id, TimeSpan timeout) => _open[id].Answer.Task.WaitAsync(timeout);

    public void Close(long id) => _open.TryRemove(id, out _);

    private sealed class Question
    {
        private readonly Lock _gate = new();
        private long _noes;
        private long _nodes = long.MaxValue;

        public TaskCompletionSource<Guid?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void No()
        {
            lock (_gate)
            {
                if (++_noes >= _nodes) Answer.TrySetResult(null);
            }
        }

        public void Reached(long nodes)
        {
            lock (_gate)
            {
                _nodes = nodes;
                if (_noes >= _nodes) Answer.TrySetResult(null);
            }
        }
    }
}
