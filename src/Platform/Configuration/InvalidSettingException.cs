namespace RealtimeTours.Platform.Configuration;

/// <summary>An invalid setting that stops the start. The message is one line: it names the variable, says what to do and has no secret.</summary>
public sealed class InvalidSettingException(string message) : Exception(message);
