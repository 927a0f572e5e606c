// page: autosaves of runs: written to IndexedDB as they come, one last time when the page goes away, and offered at the next visit.
import {dismiss, notice} from './notices.mjs';
import {number, tr} from './strings.mjs';

export class SaveKeeper {
  /** `place()`: where the runs belong ("lab" or a lesson); `resume(save)` hands a kept run to the lab. */
  constructor({saves, runs, place, resume}) {
    Object.assign(this, {saves, runs, place, resume});
    const leave = () => runs.saveAll();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') leave();
    });
    window.addEventListener('pagehide', leave);
  }

  saved(run) {
    if (!run.save || run.save.step === 0) return;
    dismiss('resume');  // who trains on has chosen
    this.saves.put(this.place(), run.number, {run: run.number, step: run.save.step, preset: run.preset, data: run.data, bytes: run.save.bytes, when: Date.now()});
  }

  async offer() {
    dismiss('resume');
    const found = (await this.saves.list(this.place())).filter((save) => save.step > 0);
    if (!found.length) return;
    const steps = found.map(({step}) => number(step));
    const two = found.length > 1;
    notice('resume', two ? tr('resume.offer_two', ...steps) : tr('resume.offer', ...steps), {
      severity: 'info',
      actions: [
        {label: two ? tr('resume.go_two') : tr('resume.go', steps[0]), primary: true, run: () => found.forEach(this.resume)},
        {label: tr('resume.fresh'), run: () => this.saves.clear(this.place())},
      ],
    });
  }
}
