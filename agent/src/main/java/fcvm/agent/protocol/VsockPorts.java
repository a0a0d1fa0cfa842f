package fcvm.agent.protocol;

/// The vsock ports of a microVM.
public final class VsockPorts {
  /// The host's context id, `VMADDR_CID_HOST`.
  public static final int HOST_CID = 2;

  /// The host listens: the guest connects once at start and is sent its RUN plan. The connection
  /// then is the container's session; when it ends, the guest powers off.
  public static final int RUN = 1024;

  /// The guest listens: each connection is one EXEC.
  public static final int EXEC = 1025;

  private VsockPorts() {}
}
