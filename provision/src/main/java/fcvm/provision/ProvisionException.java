package fcvm.provision;

import java.io.IOException;

/// Something that a VM needs cannot be fetched or built. The message says what, and what to do.
public final class ProvisionException extends IOException {
  private static final long serialVersionUID = 1;

  public ProvisionException(String message) {
    super(message);
  }

  public ProvisionException(String message, Throwable cause) {
    super(message, cause);
  }
}
