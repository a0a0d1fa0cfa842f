package fcvm.machine;

import java.io.IOException;

/// The emulated machine cannot do what was asked. The message says why, and what to do.
public final class MachineException extends IOException {
  private static final long serialVersionUID = 1;

  public MachineException(String message) {
    super(message);
  }

  public MachineException(String message, Throwable cause) {
    super(message, cause);
  }
}
