package fcvm.vmm;

/// A configuration that cannot be accepted: which section, which key, and what is expected.
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  public ConfigException(String message) {
    super(message);
  }

  public ConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
