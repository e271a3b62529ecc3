namespace RealtimeTours.Platform.Storage;

/// <summary>How long a transaction's statement waits for a row that another transaction has locked. It then fails.</summary>
public enum LockWait
{
    /// <summary>The connection's <c>lock_timeout</c>: seconds.</summary>
    Long,

    /// <summary>A fraction of a second, where others wait behind this transaction.</summary>
    Short,

    /// <summary>Without end: for schema changes.</summary>
    Endless,
}
