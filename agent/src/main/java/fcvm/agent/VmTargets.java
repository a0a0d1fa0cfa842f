package fcvm.agent;

import fcvm.agent.protocol.ExecRequest;

/// Where commands can run in a microVM.
record VmTargets(SystemTarget system, ContainerTarget container) implements Targets {
  @Override
  public Command command(ExecRequest request) throws CommandException {
    return switch (request.target()) {
      case SYSTEM -> system.command(request);
      case CONTAINER -> container.command(request);
    };
  }
}
