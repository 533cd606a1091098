/* A whole number between two ends, as a row of large numbers: nothing is chosen beforehand. */
import { Label, Radio, RadioGroup } from 'react-aria-components';

export function ScaleInput({ label, low, high, min, max, value, onChange }: { label: string; low: string | null; high: string | null; min: number; max: number; value: string; onChange: (value: string) => void }) {
  const numbers = Array.from({ length: max - min + 1 }, (_, index) => min + index);
  return (
    <RadioGroup className="numbers" value={value || null} onChange={onChange} orientation="horizontal">
      <Label className="label">{label}</Label>
      <div className="numbers-row">
        {numbers.map((number) => (
          <Radio key={number} value={String(number)} className="number" aria-label={number === min && low ? `${number}, ${low}` : number === max && high ? `${number}, ${high}` : String(number)}>
            {number}
          </Radio>
        ))}
      </div>
      <p className="numbers-ends" aria-hidden="true"><span>{min}: {low}</span><span>{max}: {high}</span></p>
    </RadioGroup>
  );
}
