package fcvm.container;

import fcvm.container.VmRecord.Status;
import fcvm.container.life.EventLog;
import fcvm.container.life.Health;
import fcvm.container.life.VmEvent;
import java.time.Instant;
import java.util.Optional;

/// Tells the log of events what changes of records mean.
record VmEvents(EventLog log) {
  void created(VmRecord vm) {
    tell("create", vm, "");
  }

  void renamed(VmRecord vm) {
    tell("rename", vm, "");
  }

  void removed(VmRecord vm) {
    tell("remove", vm, "");
  }

  void changed(VmRecord before, VmRecord after) {
    Optional<Instant> ended = after.life().finished();
    if (after.status() == Status.RUNNING && before.status() != Status.RUNNING) {
      tell("start", after, "");
    } else if (ended.isPresent() && !ended.equals(before.life().finished())) {
      tell("died", after, after.life().exitCode().map(Object::toString).orElse("?"));
    } else if (after.status() == Status.RESTARTING && before.status() != Status.RESTARTING) {
      tell("restart", after, "");
    }
    Health health = after.life().health();
    if (health != before.life().health() && health != Health.NONE) {
      tell("health_status", after, health.toString());
    }
  }

  private void tell(String what, VmRecord vm, String detail) {
    log.append(new VmEvent(what, vm.id(), vm.name(), vm.image(), detail));
  }
}
