namespace RealtimeTours.Platform.Configuration;

/// <summary>A configuration value that stops the start. The message is one line that names the variable and says what to do; it never holds a secret.</summary>
public sealed class InvalidSettingException(string message) : Exception(message);
